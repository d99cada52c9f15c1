package dev.arda.nix.user.age;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.core.Command;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of the format age, read and written beside the program {@code age}. */
class AgeTest {

  private final SystemProcessRunner runner = SystemProcessRunner.create();
  @TempDir private Path directory;

  @AfterEach
  void close() {
    runner.close();
  }

  private byte[] run(byte[] input, String... words) {
    return runner
        .run(
            Command.of(List.of(words), Map.of("PATH", "/usr/bin:/bin"), directory)
                .input(input)
                .build())
        .orThrow()
        .output();
  }

  /** Keys that {@code age-keygen} makes; answers with the public one. */
  private String keys(String name) throws IOException {
    var file = directory.resolve(name);
    run(new byte[0], "age-keygen", "-o", file.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return new String(run(new byte[0], "age-keygen", "-y", file.toString()), StandardCharsets.UTF_8)
        .strip();
  }

  private AgeIdentities identities(String name) {
    return AgeIdentities.read(
        context(Map.of()), Optional.of(directory.resolve(name)), System.getProperty("user.name"));
  }

  private CallContext context(Map<String, String> variables) {
    var all = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "HOME", directory.toString()));
    all.putAll(variables);
    return new CallContext(directory, Optional.empty(), NixOptions.NONE, all);
  }

  private static byte[] bytes(int size) {
    var result = new byte[size];
    new Random(25).nextBytes(result);
    return result;
  }

  @Test
  void encrypt_ageDecryptsIt_whateverTheBytes() throws IOException {
    var one = keys("one");
    var other = keys("other");

    for (var size : List.of(1, 100, 4096, SecretValue.LIMIT)) {
      var file = Age.encrypt(new SecretValue(bytes(size)), List.of(one, other));

      assertThat(new String(file, StandardCharsets.US_ASCII))
          .startsWith("-----BEGIN AGE ENCRYPTED FILE-----\n");
      assertThat(Age.recipients(file)).isEqualTo(2);
      for (var key : List.of("one", "other")) {
        assertThat(run(file, "age", "-d", "-i", directory.resolve(key).toString()))
            .isEqualTo(bytes(size));
      }
    }
  }

  @Test
  void decrypt_whatAgeEncrypted_inBothForms() throws IOException {
    var one = keys("one");
    var other = keys("other");
    for (var size : List.of(1, 100, SecretValue.LIMIT)) {
      for (var form : List.of(List.of("-a"), List.<String>of())) {
        var words = new java.util.ArrayList<>(List.of("age", "-r", other, "-r", one));
        words.addAll(form);
        var file = run(bytes(size), words.toArray(String[]::new));

        assertThat(Age.recipients(file)).isEqualTo(2);
        try (var value = Age.decrypt(file, identities("one"), "x")) {
          assertThat(value.bytes()).isEqualTo(bytes(size));
        }
      }
    }
  }

  @Test
  void decrypt_forSomebodyElseOrDamaged_saysWhich() throws IOException {
    var one = keys("one");
    keys("stranger");
    var file = Age.encrypt(new SecretValue(bytes(10)), List.of(one));
    var damaged = file.clone();
    damaged[damaged.length - 60] ^= 1;

    assertThat(failure(file, "stranger")).hasMessageContaining("it is not for any of the keys");
    assertThat(failure(damaged, "one")).hasMessageContaining("damaged");
    assertThat(failure("no age".getBytes(StandardCharsets.UTF_8), "one"))
        .hasMessageContaining("no file of age");
    assertThat(Age.recipients("no age".getBytes(StandardCharsets.UTF_8))).isEqualTo(-1);
  }

  private UserException failure(byte[] file, String keys) {
    var failure =
        catchThrowableOfType(
            UserException.class, () -> Age.decrypt(file, identities(keys), "token"));
    assertThat(failure.reason()).isEqualTo(Reason.SECRET_UNREADABLE);
    return failure;
  }

  @Test
  void fault_ofKeysThatAreNone_saysWhy() throws IOException {
    var one = keys("one");
    assertThat(Age.fault(one)).isEmpty();
    assertThat(Age.fault(one.substring(0, one.length() - 1) + "b")).isPresent();
    assertThat(Age.fault("ssh-ed25519 AAAA").orElseThrow()).contains("X25519");
    assertThat(Age.fault("-r")).isPresent();
    assertThat(Age.fault("")).isPresent();
  }

  @Test
  void read_keysThatAreNotOnesOwnAlone_areRefusedWithoutCitingThem() throws IOException {
    keys("one");
    var file = directory.resolve("one");
    var secret = Files.readString(file).lines().filter(l -> !l.startsWith("#")).findFirst();

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(unusable("one")).hasMessageContaining("chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(unusable("missing")).hasMessageContaining("age-keygen -o");
    Files.writeString(file, "# mine\n" + secret.orElseThrow() + "x\n");
    assertThat(unusable("one"))
        .hasMessageContaining("line 2")
        .hasMessageNotContaining("AGE-SECRET");
    Files.writeString(file, "# nothing\n\n");
    assertThat(unusable("one")).hasMessageContaining("no key");
    Files.writeString(file, "my password\n");
    assertThat(unusable("one")).hasMessageContaining("line 1").hasMessageNotContaining("password");
  }

  private UserException unusable(String name) {
    var failure = catchThrowableOfType(UserException.class, () -> identities(name));
    assertThat(failure.reason()).isEqualTo(Reason.IDENTITY_UNUSABLE);
    return failure;
  }

  @Test
  void usual_isWhereTheCallerKeepsConfiguration() {
    assertThat(AgeIdentities.usual(context(Map.of())))
        .isEqualTo(directory.resolve(".config/arda/age/keys.txt"));
    assertThat(AgeIdentities.usual(context(Map.of("XDG_CONFIG_HOME", "/etc/x"))))
        .isEqualTo(Path.of("/etc/x/arda/age/keys.txt"));
  }

  @Test
  void values_sayNothingOfThemselvesAndForget() {
    var value = new SecretValue("canary".getBytes(StandardCharsets.UTF_8));
    assertThat(value).hasToString("(secret)");
    value.close();
    assertThat(value.bytes()).containsOnly(0);
  }
}
