package dev.arda.nix.user;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import dev.arda.nix.user.People.Person;
import dev.arda.nix.user.age.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;

/** The flake {@code homes.nix} with secrets for {@code alice} and {@code failing}, in git. */
final class SecretsFixture implements AutoCloseable {

  static final String FILE = "users/alice/secrets.nix";

  final ApplyFixture apply;
  final UserSecrets secrets;

  /** Public key of alice. */
  final String alice;

  /** Public key of a host. */
  final String web;

  SecretsFixture(Path nix) throws IOException {
    this(new ApplyFixture(nix));
  }

  /** Makes a fixture one with secrets. */
  SecretsFixture(ApplyFixture apply) throws IOException {
    this.apply = apply;
    secrets = new UserSecrets(ApplyFixture.tools(apply.users));
    for (var name : new String[] {"runtime", "config/arda/age"}) {
      Files.createDirectories(work(name));
    }
    Files.setPosixFilePermissions(work("runtime"), PosixFilePermissions.fromString("rwx------"));
    apply.users.variables.put("XDG_RUNTIME_DIR", work("runtime").toString());
    apply.users.variables.put("XDG_CONFIG_HOME", work("config").toString());
    alice = keys(work("config/arda/age/keys.txt"));
    web = keys(work("web.txt"));
    flake(apply.resource("homes.nix"));
    git("init", "--quiet");
    declare("github-token = { }; mail = { path = \".config/mail/password\"; };");
  }

  Path work(String name) {
    return apply.users.sandbox.work().resolve(name);
  }

  /** Makes a flake of {@code homes.nix} one with secrets. */
  void flake(String homes) {
    apply.users.sandbox.write(
        "flake/flake.nix",
        homes.replace(
            "      homeConfigurations = {",
            """
                  clan.core.users = {
                    alice.secrets = ./%s;
                    alice2.secrets = ./%s;
                    failing.secrets = ./%s;
                    nobody = { };
                  };
                  homeConfigurations = {\
            """
                .formatted(FILE, FILE, FILE)));
  }

  /** Says which secrets there are. */
  void declare(String declarations) {
    declare("users = [ \"" + alice + "\" ];", declarations);
  }

  void declare(String recipients, String declarations) {
    apply.users.sandbox.write(
        "flake/" + FILE,
        "{ recipients = { %s }; secrets = { %s }; }".formatted(recipients, declarations));
    git("add", ".");
  }

  String git(String... words) {
    var all = new java.util.ArrayList<>(java.util.List.of("git"));
    all.addAll(java.util.List.of(words));
    return apply.users.sandbox.run(work("flake"), all.toArray(String[]::new));
  }

  Person person() {
    return person("alice");
  }

  Person person(String name) {
    return new Person(apply.users.context(), "", name);
  }

  void set(String name, String value) {
    secrets.set(person(), new SecretName(name), value(value));
  }

  static SecretValue value(String text) {
    return new SecretValue(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The file that a secret is in, where it was put. */
  Path placed(String name) {
    return work("runtime/arda-secrets").resolve(name);
  }

  /** Makes keys as {@code age-keygen} does; answers with the public one. */
  static String keys(Path file) throws IOException {
    try {
      KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
      Files.writeString(file, "# keys of a test\n" + pair.getPrivate() + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return pair.getPublic().toString();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    apply.close();
  }
}
