package dev.arda.nix.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SshTargetTest {

  @ParameterizedTest
  @CsvSource({
    "web01, '', web01, 0, web01",
    "root@web01.example:2222, root, web01.example, 2222, root@web01.example:2222",
    "ssh://deploy@192.0.2.1, deploy, 192.0.2.1, 0, deploy@192.0.2.1",
    "[2001:db8::1]:22, '', 2001:db8::1, 22, [2001:db8::1]:22",
    "a@[fe80::1%eth0], a, fe80::1%eth0, 0, a@[fe80::1%eth0]",
    "my_alias-1, '', my_alias-1, 0, my_alias-1",
  })
  void parse(String text, String user, String host, int port, String printed) {
    var target = SshTarget.parse(text);
    assertThat(target.user().orElse("")).isEqualTo(user);
    assertThat(target.host()).isEqualTo(host);
    assertThat(target.port().orElse(0)).isEqualTo(port);
    assertThat(target).hasToString(printed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-oProxyCommand=touch /tmp/x",
        "root@-oProxyCommand=x",
        "-l@host",
        "@host",
        "a b",
        "host; reboot",
        "host\nother",
        "ho'st",
        "ho\"st",
        "$(id)",
        "${x}",
        "host?ProxyCommand=x",
        "host/path",
        "2001:db8::1",
        "[::1",
        "[a b]",
        "host:",
        "host:0",
        "host:65536",
        "host:abc",
        "a@b@c",
        "us er@host",
        "h%h",
      })
  void parse_hostileTexts_areRefused(String text) {
    assertThatThrownBy(() -> SshTarget.parse(text))
        .isInstanceOfSatisfying(
            SystemException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.HOST_TARGET_INVALID);
              assertThat(e.getMessage()).doesNotContain("\n");
            });
  }

  @Test
  void isLocal_onlyTheBareName() {
    assertThat(SshTarget.parse("localhost").isLocal()).isTrue();
    assertThat(SshTarget.parse("root@localhost").isLocal()).isFalse();
    assertThat(SshTarget.parse("localhost:22").isLocal()).isFalse();
  }
}
