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
  }
}
