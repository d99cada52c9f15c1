package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretPartsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "postgres://u:pw123@h/db | postgres://u:…@h/db",
        "-----BEGIN OPENSSH PRIVATE KEY-----abc | …",
        "-----BEGIN RSA PRIVATE KEY-----abc-----END RSA PRIVATE KEY----- and more | … and more",
        "-----BEGIN PGP PRIVATE KEY BLOCK----- | …",
        "AGE-SECRET-KEY-1QQPQQQQQQQQQ | …",
        "curl -H 'Authorization: Bearer abcDEF123.456' x | curl -H 'Authorization: Bearer …' x",
        "Authorization: Basic dTpwYXNz | Authorization: Basic …",
        "a eyJhbGciOi.abc.def b | a … b",
        "ghp_0123456789012345678901234567890123456 | …",
        "url https://x/ github_pat_11ABCDEFG0abcdef | url https://x/ …",
        "glpat-abcDEF123456 | …",
        "xoxb-1234567890-abcdef | …",
        "AKIAIOSFODNN7EXAMPLE | …",
        "sk-ant-api03-abcdefgh | …",
        "root:$6$salt$abcdefgh/ij:1::: | root:…:1:::",
        "PGPASSWORD=hunter2 psql | PGPASSWORD=… psql",
        "api_key = \"hunter2\" | api_key = \"…\"",
        "{\"password\" : \"hunter two\", \"user\": \"bob\"} | {\"password\" : \"…\", \"user\": \"bob\"}",
        "{\"secret\":\"ab\\\"cd\", \"a\":1} | {\"secret\":\"…\", \"a\":1}",
        "{\\\"password\\\":\\\"hunter2\\\",\\\"a\\\":1} | {\\\"password\\\":\\\"…\\\",\\\"a\\\":1}",
        "{\"password\":\"hunter2 and mo | {\"password\":\"…",
        "'password' => 'hunter2', | 'password' => '…',",
        "export SECRET_KEY='hunter2 two' | export SECRET_KEY='…'",
        "DB_PASS=hunter2 psql | DB_PASS=… psql",
        "psk=hunter2 | psk=…",
        "token: hunter2 | token: …",
        "token: hunter2 # of the wiki | token: … # of the wiki",
        "tool --password hunter2 -v | tool --password … -v",
        "tool --admin-password='hunter2 two' -v | tool --admin-password='…' -v",
        "tool --api-key \"hunter2\" -v | tool --api-key \"…\" -v",
        "machine h login u password hunter2 | machine h login u password …",
        "PrivateKey = 4PqqqCzwMMM+NzYqNFFLxFHPEkFqdxbS6m5TJ8qqqUo= | PrivateKey = …",
        "PresharedKey = /PqqqCzwMMM+NzYqNFFLxFHPEkFqdxbS6m5TJ8qqqUo= | PresharedKey = …",
        "sk-proj-abcdefghijklmnopqrstuv | …",
        "sk-abcdefghijklmnopqrstuv | …",
        "<password>hunter2</password> | <password>…</password>",
        "<db:Password type=\"a\">hunter2 two</db:Password> | <db:Password type=\"a\">…</db:Password>",
      })
  void secret_isTakenOut(String text, String masked) {
    assertThat(SecretParts.masked(text)).isEqualTo(masked);
  }

  @Test
  void privateKeyOfManyLines_isTakenOutWhole() {
    var key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\ndef\n-----END OPENSSH PRIVATE KEY-----";
    assertThat(SecretParts.masked("a\n" + key + "\nb\n" + key)).isEqualTo("a\n…\nb\n…");
  }

  @Test
  void whatIsNoSecret_stays() {
    for (var text :
        List.of(
            "https://example.org:8080/a@b",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@here",
            "age1qqpqqqqqqqqqqqqqqqqqqqq",
            "passwordFile=/run/secrets/x",
            "password=/run/secrets/x",
            "password=$PASSWORD",
            "{\"password\": \"/run/secrets/x\", \"token\": \"${TOKEN}\"}",
            "token: /run/secrets/x",
            "secret: true",
            "wheelNeedsPassword = true",
            "%wheel ALL=(ALL:ALL) NOPASSWD: ALL",
            "passwd:    files systemd",
            "password:\n  user: x",
            "the token: a string of letters",
            "token_type: bearer",
            "\"secretName\": \"web-tls\"",
            "if token == x then",
            "Token::new(x)",
            "use --password to set it",
            "--password-file /run/x",
            "--token $TOKEN",
            "<passwordFile>/run/x</passwordFile>",
            "PublicKey = 4PqqqCzwMMM+NzYqNFFLxFHPEkFqdxbS6m5TJ8qqqUo=",
            "key_mgmt=WPA-PSK",
            "compass=north",
            "risk-assessment-abcdefghijklmnop",
            "glibc-2.39-52",
            "sk-learn",
            "pypi-mirror",
            "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-glibc-2.39",
            "x86_64-linux",
            "a bearer of news",
            "$1 and $2")) {
      assertThat(SecretParts.masked(text)).isEqualTo(text);
    }
  }

  @Test
  void longText_isReadOnce() {
    var text = "-----BEGIN PRIVATE KEY-----".repeat(50_000) + "eyJ".repeat(50_000);
    assertThat(SecretParts.masked(text)).isEqualTo("…");
    assertThat(SecretParts.masked("password='" + "x".repeat(1_000_000))).isEqualTo("password='…");
    assertThat(SecretParts.masked("<token>" + "x".repeat(1_000_000))).isEqualTo("<token>…");
    assertThat(SecretParts.masked("token:".repeat(100_000))).isEqualTo("token:…");
    var open = "token=\"".repeat(100_000);
    assertThat(SecretParts.masked(open)).hasSizeLessThan(open.length());
  }
}
