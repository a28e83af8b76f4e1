//! The words of Gherkin in the languages that are read here.

/// A language and its words. Steps are told from prose by theirs.
pub(super) struct Language {
    /// As a header names it.
    pub(super) code: &'static str,
    feature: &'static [&'static str],
    background: &'static [&'static str],
    rule: &'static [&'static str],
    /// Scenarios and outlines: an outline is a scenario with examples.
    scenario: &'static [&'static str],
    examples: &'static [&'static str],
    step: &'static [&'static str],
}

/// What a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Background,
    Rule,
    Scenario,
    Examples,
}

impl Language {
    /// Every language, English first.
    pub(super) fn all() -> impl Iterator<Item = &'static Language> {
        LANGUAGES.iter()
    }

    /// The language of that code.
    pub(super) fn of(code: &str) -> Option<&'static Language> {
        LANGUAGES.iter().find(|language| language.code == code)
    }

    /// The codes of all, for messages.
    pub(super) fn codes() -> String {
        LANGUAGES.iter().map(|language| language.code).collect::<Vec<_>>().join(", ")
    }

    /// The name in a line that begins a feature.
    pub(super) fn feature<'l>(&self, line: &'l str) -> Option<&'l str> {
        title(line, self.feature)
    }

    /// What a line begins, and the name in it.
    pub(super) fn keyword<'l>(&self, line: &'l str) -> Option<(Keyword, &'l str)> {
        let kinds = [
            (Keyword::Scenario, self.scenario),
            (Keyword::Examples, self.examples),
            (Keyword::Rule, self.rule),
            (Keyword::Background, self.background),
        ];
        kinds.into_iter().find_map(|(keyword, words)| Some((keyword, title(line, words)?)))
    }

    /// Whether a line is a step.
    pub(super) fn is_step(&self, line: &str) -> bool {
        line.starts_with("* ") || self.step.iter().any(|word| line.starts_with(word))
    }
}

/// What follows one of the words and a colon.
fn title<'l>(line: &'l str, words: &[&str]) -> Option<&'l str> {
    let rest = |word: &&str| line.strip_prefix(word)?.strip_prefix(':');
    words.iter().find_map(rest).map(str::trim)
}

/// In the order in which a message lists them.
pub(super) const LANGUAGES: &[Language] = &[
    Language {
        code: "en",
        feature: &["Feature", "Business Need", "Ability"],
        background: &["Background"],
        rule: &["Rule"],
        scenario: &["Scenario", "Example", "Scenario Outline", "Scenario Template"],
        examples: &["Examples", "Scenarios"],
        step: &["Given ", "When ", "Then ", "And ", "But "],
    },
    Language {
        code: "de",
        feature: &["Funktionalität", "Funktion"],
        background: &["Grundlage", "Hintergrund", "Voraussetzungen", "Vorbedingungen"],
        rule: &["Regel", "Rule"],
        scenario: &["Szenario", "Beispiel", "Szenariogrundriss", "Szenarien"],
        examples: &["Beispiele"],
        step: &["Angenommen ", "Gegeben sei ", "Gegeben seien ", "Wenn ", "Dann ", "Und ", "Aber "],
    },
    Language {
        code: "fr",
        feature: &["Fonctionnalité"],
        background: &["Contexte"],
        rule: &["Règle"],
        scenario: &["Scénario", "Exemple", "Plan du scénario", "Plan du Scénario"],
        examples: &["Exemples"],
        step: &[
            "Soit ",
            "Sachant ",
            "Etant donné ",
            "Etant donnée ",
            "Etant donnés ",
            "Etant données ",
            "Étant donné ",
            "Étant donnée ",
            "Étant donnés ",
            "Étant données ",
            "Sachant qu'",
            "Etant donné qu'",
            "Étant donné qu'",
            "Quand ",
            "Lorsque ",
            "Lorsqu'",
            "Alors ",
            "Donc ",
            "Et ",
            "Et qu'",
            "Mais ",
            "Mais qu'",
        ],
    },
    Language {
        code: "es",
        feature: &["Característica", "Necesidad del negocio", "Requisito"],
        background: &["Antecedentes"],
        rule: &["Regla", "Regla de negocio"],
        scenario: &["Escenario", "Ejemplo", "Esquema del escenario"],
        examples: &["Ejemplos"],
        step: &["Dado ", "Dada ", "Dados ", "Dadas ", "Cuando ", "Entonces ", "Y ", "E ", "Pero "],
    },
    Language {
        code: "it",
        feature: &["Funzionalità", "Esigenza di Business", "Abilità"],
        background: &["Contesto"],
        rule: &["Regola"],
        scenario: &["Scenario", "Esempio", "Schema dello scenario"],
        examples: &["Esempi"],
        step: &["Dato ", "Data ", "Dati ", "Date ", "Quando ", "Allora ", "E ", "Ed ", "Ma "],
    },
    Language {
        code: "nl",
        feature: &["Functionaliteit"],
        background: &["Achtergrond"],
        rule: &["Regel"],
        scenario: &["Scenario", "Voorbeeld", "Abstract Scenario"],
        examples: &["Voorbeelden"],
        step: &["Gegeven ", "Stel ", "Als ", "Wanneer ", "Dan ", "En ", "Maar "],
    },
    Language {
        code: "pt",
        feature: &["Funcionalidade", "Característica", "Caracteristica"],
        background: &["Contexto", "Cenário de Fundo", "Cenario de Fundo", "Fundo"],
        rule: &["Regra"],
        scenario: &[
            "Cenário",
            "Cenario",
            "Exemplo",
            "Esquema do Cenário",
            "Esquema do Cenario",
            "Delineação do Cenário",
            "Delineacao do Cenario",
        ],
        examples: &["Exemplos", "Cenários", "Cenarios"],
        step: &["Dado ", "Dada ", "Dados ", "Dadas ", "Quando ", "Então ", "Entao ", "E ", "Mas "],
    },
    Language {
        code: "pl",
        feature: &["Właściwość", "Funkcja", "Aspekt", "Potrzeba biznesowa"],
        background: &["Założenia"],
        rule: &["Zasada", "Reguła"],
        scenario: &["Scenariusz", "Przykład", "Szablon scenariusza"],
        examples: &["Przykłady"],
        step: &[
            "Zakładając ",
            "Zakładając, że ",
            "Mając ",
            "Jeżeli ",
            "Jeśli ",
            "Gdy ",
            "Kiedy ",
            "Wtedy ",
            "Oraz ",
            "I ",
            "Ale ",
        ],
    },
    Language {
        code: "ru",
        feature: &["Функция", "Функциональность", "Функционал", "Свойство", "Фича"],
        background: &["Предыстория", "Контекст"],
        rule: &["Правило"],
        scenario: &["Сценарий", "Пример", "Структура сценария", "Шаблон сценария"],
        examples: &["Примеры", "Значения"],
        step: &[
            "Допустим ",
            "Дано ",
            "Пусть ",
            "Когда ",
            "Если ",
            "То ",
            "Затем ",
            "Тогда ",
            "И ",
            "К тому же ",
            "Также ",
            "Но ",
            "А ",
            "Иначе ",
        ],
    },
    Language {
        code: "sv",
        feature: &["Egenskap"],
        background: &["Bakgrund"],
        rule: &["Regel"],
        scenario: &["Scenario", "Abstrakt Scenario", "Scenariomall"],
        examples: &["Exempel"],
        step: &["Givet ", "När ", "Så ", "Och ", "Men "],
    },
    Language {
        code: "ja",
        feature: &["フィーチャ", "機能"],
        background: &["背景"],
        rule: &["ルール"],
        scenario: &[
            "シナリオ",
            "シナリオアウトライン",
            "シナリオテンプレート",
            "テンプレ",
            "シナリオテンプレ",
        ],
        examples: &["例", "サンプル"],
        step: &["前提", "もし", "ならば", "且つ", "かつ", "然し", "しかし", "但し", "ただし"],
    },
    Language {
        code: "zh-CN",
        feature: &["功能"],
        background: &["背景"],
        rule: &["规则", "Rule"],
        scenario: &["场景", "剧本", "场景大纲", "剧本大纲"],
        examples: &["例子"],
        step: &["假如", "假设", "假定", "当", "那么", "而且", "并且", "同时", "但是"],
    },
];
