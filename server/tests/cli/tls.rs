//! `--to https://…`: a server behind a proxy that ends TLS, with a certificate of its own.

use super::place::{Place, Server, ran};
use super::world::evidence;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Starts a proxy before `server`; gives its URL and its certificate as PEM.
fn proxy(server: &Server) -> (String, String) {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("protocols")
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .expect("a certificate with its key");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let behind = server.url.trim_start_matches("http://").to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client that does not trust the certificate goes away in the handshake.
            let _gone = pass(Arc::clone(&config), client, &behind);
        }
    });
    (url, own.cert.pem())
}

/// Hands one request without a body on, and the answer back.
fn pass(config: Arc<ServerConfig>, client: TcpStream, behind: &str) -> io::Result<()> {
    let session = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = StreamOwned::new(session, client);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    head.truncate(head.len() - 2);
    head.extend(b"connection: close\r\n\r\n");
    let mut server = TcpStream::connect(behind)?;
    server.write_all(&head)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    client.write_all(&answer)?;
    client.conn.send_close_notify();
    client.flush()
}

#[test]
fn a_server_is_asked_over_tls_if_its_certificate_is_trusted() {
    let place = Place::new();
    place.import("I", evidence("I", true, false, true)).good();
    let server = place.serve(&[]);
    let (url, certificate) = proxy(&server);
    let ask = ["verdict", "--iteration", "I", "--to", &url, "--json"];
    let other = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
    let strangers = place.file("strangers.pem", other.cert.pem());
    let refused = ran(place.mission(&ask).env("SSL_CERT_FILE", &strangers));
    refused.is(4, "has a certificate that is not trusted here");
    assert!(refused.err.contains("SSL_CERT_FILE") && refused.out.is_empty(), "{refused:?}");

    let own = place.file("own.pem", certificate);
    let trusted = ran(place.mission(&ask).env("SSL_CERT_FILE", &own));
    trusted.is(10, "");
    assert_eq!(trusted.out, place.run(&["verdict", "--iteration", "I", "--to", &server.url, "--json"]).out);
}
