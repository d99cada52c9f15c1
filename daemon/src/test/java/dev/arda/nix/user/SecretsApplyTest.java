package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.ApplyRequest.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Secrets that applying environments puts in place. */
class SecretsApplyTest {

  /** Every byte that there is, twice, and what a shell would like to read as something else. */
  private static final String VALUE = every() + "'\"$(id)`id`\\n%s\\0 ${x}\n\n";

  private static String every() {
    var text = new StringBuilder();
    for (int c = 0; c < 512; c++) {
      text.append((char) (c % 256));
    }
    return text.toString();
  }

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** For what is the same with every Nix. */
  static List<Path> program() {
    return programs().subList(0, 1);
  }

  private static List<String> staged(SecretsFixture fixture) throws IOException {
    try (Stream<Path> all = Files.list(fixture.work("runtime/arda-secrets.d"))) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_secretsThatAreDeclared_areThereForTheUserAlone(Path nix) throws IOException {
    try (var fixture = new SecretsFixture(nix)) {
      fixture.set("github-token", VALUE);
      fixture.set("mail", "m");

      var planned = fixture.apply.apply(fixture.apply.request("alice").mode(Mode.DRY_RUN));
      assertThat(planned.secrets()).containsExactly("github-token", "mail");
      assertThat(fixture.work("runtime")).isEmptyDirectory();

      var result = fixture.apply.apply("alice");

      assertThat(result.failure()).isEmpty();
      assertThat(result.secrets()).containsExactly("github-token", "mail");
      assertThat(fixture.placed("github-token")).hasContent(VALUE);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(fixture.placed("github-token"))))
          .isEqualTo("r--------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(fixture.placed("mail").toRealPath().getParent())))
          .isEqualTo("rwx------");
      assertThat(Files.readSymbolicLink(fixture.apply.home(".config/mail/password")))
          .isEqualTo(fixture.placed("mail"));

      // Others take their place; what was before goes, and so do links that nothing needs.
      fixture.declare("mail = { path = \".mail\"; }; home = { hosts = [ \"elsewhere\" ]; };");
      fixture.set("mail", "new");
      var again = fixture.apply.apply("alice");
      assertThat(again.failure()).isEmpty();
      assertThat(again.reused()).isTrue();
      assertThat(again.secrets()).containsExactly("mail");
      assertThat(fixture.placed("github-token")).doesNotExist();
      assertThat(fixture.apply.home(".mail")).hasContent("new");
      assertThat(
              Files.exists(fixture.apply.home(".config/mail/password"), LinkOption.NOFOLLOW_LINKS))
          .isFalse();
      assertThat(staged(fixture)).hasSize(1);

      fixture.declare("");
      assertThat(fixture.apply.apply("alice").failure()).isEmpty();
      assertThat(fixture.placed("mail")).doesNotExist();
      assertThat(staged(fixture)).hasSize(1);
      assertThat(Files.exists(fixture.apply.home(".mail"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void apply_activationFails_secretsAreThoseOfBefore(Path nix) throws IOException {
    try (var fixture = new SecretsFixture(nix)) {
      fixture.set("github-token", "old");
      fixture.set("mail", "m");

      var first = fixture.apply.apply("failing").failure().orElseThrow();
      assertThat(first).hasMessageContaining("everything was put back");
      assertThat(staged(fixture)).isEmpty();
      assertThat(Files.exists(fixture.placed(""), LinkOption.NOFOLLOW_LINKS)).isFalse();
      assertThat(
              Files.exists(fixture.apply.home(".config/mail/password"), LinkOption.NOFOLLOW_LINKS))
          .isFalse();

      assertThat(fixture.apply.apply("alice").failure()).isEmpty();
      fixture.set("github-token", "new");
      assertThat(fixture.apply.apply("failing").failure().orElseThrow())
          .hasMessageContaining("generation 1 is active again");

      assertThat(fixture.placed("github-token")).hasContent("old");
      assertThat(fixture.apply.home(".config/mail/password")).hasContent("m");
      assertThat(staged(fixture)).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void apply_secretsThatCannotBePlaced_changesNothing(Path nix) throws IOException {
    try (var fixture = new SecretsFixture(nix)) {
      fixture.set("mail", "m");

      assertThat(fixture.apply.apply("alice").failure().orElseThrow())
          .hasMessageContaining("github-token has no value");
      fixture.set("github-token", "t");
      Files.createDirectories(fixture.apply.home(".config/mail"));
      Files.writeString(fixture.apply.home(".config/mail/password"), "mine");
      var taken = fixture.apply.apply("alice").failure().orElseThrow();
      assertThat(taken.reason()).isEqualTo(Reason.USER_FILES_COLLIDE);
      assertThat(taken).hasMessageContaining("~/.config/mail/password");
      assertThat(staged(fixture)).isEmpty();
      Files.move(fixture.work("config/arda/age/keys.txt"), fixture.work("elsewhere.txt"));
      assertThat(fixture.apply.apply("alice").failure().orElseThrow().reason())
          .isEqualTo(Reason.IDENTITY_UNUSABLE);

      assertThat(fixture.apply.state().generations()).isEmpty();
      assertThat(fixture.apply.home(".config/mail/password")).hasContent("mine");
      assertThat(fixture.apply.home(".profile")).doesNotExist();

      // Without them it goes.
      assertThat(fixture.apply.apply(fixture.apply.request("alice").keepSecrets()).failure())
          .isEmpty();
    }
  }
}
