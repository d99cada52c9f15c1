package dev.arda.nix.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.UserSecrets.Listed;
import dev.arda.nix.user.UserSecrets.State;
import dev.arda.nix.user.age.Age;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Secrets in flakes. */
class UserSecretsTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** For what is the same with every Nix. */
  static List<Path> program() {
    return programs().subList(0, 1);
  }

  private static NixException failure(ThrowingCallable call) {
    return catchThrowableOfType(NixException.class, call);
  }

  private static String text(SecretsFixture fixture, String name) {
    try (var value =
        fixture.secrets.get(fixture.person(), new SecretName(name), Optional.empty())) {
      return new String(value.bytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void set_get_list_rotate_delete_goThroughTheFlakeAndGit(Path nix) throws IOException {
    try (var fixture = new SecretsFixture(nix)) {
      var token = new SecretName("github-token");

      var written = fixture.secrets.set(fixture.person(), token, SecretsFixture.value("s3cret\n"));

      assertThat(written.tracked()).isTrue();
      assertThat(written.file()).endsWith("/flake/users/alice/secrets/github-token.age");
      assertThat(fixture.git("ls-files")).contains("users/alice/secrets/github-token.age");
      assertThat(text(fixture, "github-token")).isEqualTo("s3cret\n");
      assertThat(fixture.secrets.list(fixture.person()))
          .extracting(Listed::name, Listed::state)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("github-token", State.SET),
              org.assertj.core.groups.Tuple.tuple("mail", State.UNSET));

      fixture.declare(
          "users = \"%s\"; hosts.web01 = [ \"%s\" ];".formatted(fixture.alice, fixture.web),
          "github-token = { }; home = { hosts = [ \"db\" ]; };");
      assertThat(fixture.secrets.list(fixture.person()).getFirst())
          .extracting(Listed::state, Listed::recipients)
          .containsExactly(State.STALE, 2);
      assertThat(fixture.secrets.list(fixture.person()).getLast().recipients()).isEqualTo(1);

      var rotated = fixture.secrets.rotate(fixture.person(), List.of(), Optional.empty());

      assertThat(rotated).hasSize(1);
      assertThat(Age.recipients(Files.readAllBytes(Path.of(rotated.getFirst().file()))))
          .isEqualTo(2);
      assertThat(fixture.secrets.list(fixture.person()).getFirst().state()).isEqualTo(State.SET);
      try (var value =
          fixture.secrets.get(
              fixture.person("alice@web01"), token, Optional.of(fixture.work("web.txt")))) {
        assertThat(value.bytes()).asString(StandardCharsets.UTF_8).isEqualTo("s3cret\n");
      }

      var deleted = fixture.secrets.delete(fixture.person(), token);

      assertThat(Path.of(deleted.file())).doesNotExist();
      assertThat(fixture.git("ls-files")).doesNotContain("github-token");
      assertThat(failure(() -> text(fixture, "github-token")).reason())
          .isEqualTo(Reason.SECRET_MISSING);
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void rotate_oneThatCannotBeRead_writesNone(Path nix) throws IOException {
    try (var fixture = new SecretsFixture(nix)) {
      fixture.set("github-token", "one");
      var kept = fixture.work("flake/users/alice/secrets/github-token.age");
      fixture.declare(
          "users = [ \"%s\" ];".formatted(fixture.web), "github-token = { }; mail = { };");
      fixture.set("mail", "for another");
      var before = Files.readAllBytes(kept);

      var failure =
          failure(() -> fixture.secrets.rotate(fixture.person(), List.of(), Optional.empty()));

      assertThat(failure.reason()).isEqualTo(Reason.SECRET_UNREADABLE);
      assertThat(failure).hasMessageContaining("mail").hasMessageContaining("keys.txt");
      assertThat(kept).hasBinaryContent(before);
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void names_thatAreHostile_areRefused(Path nix) throws IOException {
    for (var name :
        List.of("", "../x", "-x", ".x", "a/b", "a\nb", "a\0b", "a b", "${x}", "a'b", "é")) {
      assertThat(failure(() -> new SecretName(name)).reason()).isEqualTo(Reason.REQUEST_INVALID);
    }
    try (var fixture = new SecretsFixture(nix)) {
      fixture.declare(
          "users = [ \"ssh-ed25519 AAAA\" \"age1nonsense\" ]; admins = [ ];",
          "\"../x\" = { }; \"-y\" = { }; far = { path = \"../.ssh/id\"; };"
              + " root = { path = \"/etc/x\"; }; odd = { mode = \"644\"; hosts = 3; };");

      assertThat(failure(() -> fixture.secrets.list(fixture.person())))
          .hasMessageContaining("The secrets of alice cannot be understood:")
          .hasMessageContaining("users/alice/secrets.nix: recipients.admins is not known")
          .hasMessageContaining("recipients.users: ssh-ed25519 AAAA is a key of ssh")
          .hasMessageContaining("recipients.users: age1nonsense is no recipient")
          .hasMessageContaining("secrets.../x cannot be the name of a secret")
          .hasMessageContaining("secrets.-y cannot be the name of a secret")
          .hasMessageContaining("secrets.far.path is a path below the home directory")
          .hasMessageContaining("secrets.root.path is a path below the home directory")
          .hasMessageContaining("secrets.odd.mode is not known")
          .hasMessageContaining("secrets.odd.hosts is a list of strings");
    }
  }

  @ParameterizedTest
  @MethodSource("program")
  void what_isNotDeclaredOrForNobody_isToldWithWhatToWrite(Path nix) throws IOException {
    try (var fixture = new SecretsFixture(nix)) {
      assertThat(failure(() -> fixture.set("other", "x")))
          .hasMessageContaining("users/alice/secrets.nix declares no secret other")
          .hasMessageContaining("secrets.\"other\" = { };");
      assertThat(failure(() -> fixture.set("mail", "")).reason()).isEqualTo(Reason.REQUEST_INVALID);
      assertThat(failure(() -> fixture.secrets.list(fixture.person("nobody"))))
          .hasMessageContaining("clan.core.users.nobody declares no secrets");
      assertThat(failure(() -> fixture.secrets.list(fixture.person("legacy"))).reason())
          .isEqualTo(Reason.USER_NOT_FOUND);
      fixture.declare("", "mail = { };");
      assertThat(failure(() -> fixture.set("mail", "x"))).hasMessageContaining("for nobody");
      Files.createDirectories(fixture.work("flake/users/alice/secrets"));
      Files.writeString(fixture.work("flake/users/alice/secrets/mail.age"), "no age");
      Files.writeString(fixture.work("flake/users/alice/secrets/old.age"), "no age");
      fixture.git("add", ".");
      assertThat(fixture.secrets.list(fixture.person()))
          .extracting(Listed::state)
          .containsExactly(State.DAMAGED, State.UNDECLARED);
    }
  }
}
