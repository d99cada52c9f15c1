package dev.arda.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.DebugFormat;
import com.google.protobuf.Message;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.Trees;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.CallContext;
import dev.arda.v1.GetUserSecretRequest;
import dev.arda.v1.RotateUserSecretsRequest;
import dev.arda.v1.SetUserSecretRequest;
import dev.arda.v1.UserOutcome;
import dev.arda.v1.UserSecretServiceGrpc;
import dev.arda.v1.UserServiceGrpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Values that are planted, set, read, applied, and applied in vain: nothing holds them afterwards
 * but the files that they are for, and no process ever showed them.
 */
class SecretCanaryTest {

  private final NixSandbox sandbox = NixSandbox.create(NixSandbox.programs().getFirst());
  private final Path root = requireNonNull(sandbox.work().getParent());
  private final Path runtime = sandbox.work().resolve("runtime");
  private final List<String> canaries = List.of(canary(), canary(), canary());

  private static String canary() {
    var bytes = new byte[12];
    ThreadLocalRandom.current().nextBytes(bytes);
    return "canary" + HexFormat.of().formatHex(bytes);
  }

  private CallContext context() {
    return CallContext.newBuilder()
        .setCwd(sandbox.work().resolve("flake").toString())
        .setNixProgram(sandbox.nix().toString())
        .putAllEnv(sandbox.environment())
        .putEnv("XDG_RUNTIME_DIR", runtime.toString())
        .putEnv("XDG_CONFIG_HOME", sandbox.work().resolve("config").toString())
        .build();
  }

  private void prepare() throws Exception {
    var keys = new X25519KeyPairGenerator().generateKeyPair();
    var file = sandbox.write("config/arda/age/keys.txt", keys.getPrivate() + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectory(
        runtime,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (var stream =
        requireNonNull(
            SecretCanaryTest.class.getResourceAsStream("/dev/arda/nix/user/homes.nix"))) {
      sandbox.write(
          "flake/flake.nix",
          new String(stream.readAllBytes(), StandardCharsets.UTF_8)
              .replace("USER_NAME", System.getProperty("user.name"))
              .replace("HOME_DIRECTORY", root.resolve("home").toString())
              .replace(
                  "      homeConfigurations = {",
                  "clan.core.users = { alice.secrets = ./secrets.nix; failing.secrets ="
                      + " ./secrets.nix; };\n      homeConfigurations = {"));
    }
    sandbox.write(
        "flake/secrets.nix",
        "{ recipients.users = \"%s\"; secrets = { one = { path = \".one\"; }; two = { }; }; }"
            .formatted(keys.getPublic()));
  }

  /** Whether bytes hold a value, as it is or as a script says it. */
  private boolean holds(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    return canaries.stream()
        .anyMatch(canary -> text.contains(canary) || text.contains(octal(canary)));
  }

  private static String octal(String canary) {
    var text = new StringBuilder();
    canary.chars().forEach(c -> text.append("\\0%03o".formatted(c)));
    return text.toString();
  }

  /** What processes show of themselves: arguments and variables. */
  private void look(Set<String> found) {
    try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (var process : all) {
        for (var name : List.of("cmdline", "environ")) {
          try {
            if (holds(Files.readAllBytes(process.resolve(name)))) {
              found.add(process + "/" + name);
            }
          } catch (IOException e) {
            // It has ended, or is somebody else's.
          }
        }
      }
    } catch (IOException e) {
      found.add("processes cannot be listed: " + e);
    }
  }

  private Set<String> files(Path... roots) throws IOException {
    var found = new TreeSet<String>();
    for (var one : roots) {
      try (var all = Files.walk(one)) {
        for (var file :
            all.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS)).toList()) {
          if (holds(Files.readAllBytes(file))) {
            found.add(file.toString());
          }
        }
      }
    }
    return found;
  }

  private UserOutcome apply(TestChannel channel, String user, List<ApplyUserResponse> events) {
    UserServiceGrpc.newBlockingStub(channel.channel())
        .applyUser(ApplyUserRequest.newBuilder().setContext(context()).addUsers(user).build())
        .forEachRemaining(events::add);
    return events
        .getLast()
        .getEvent()
        .getFinished()
        .getOperation()
        .getResult()
        .getApplyUser()
        .getUsers(0);
  }

  @Test
  void secrets_setReadAppliedAndAppliedInVain_areNowhereButInTheirPlaces() throws Exception {
    prepare();
    var directory = Files.createTempDirectory("arda-test-");
    var seen = new ConcurrentSkipListSet<String>();
    var looker = Executors.newSingleThreadScheduledExecutor();
    var daemon = daemon(directory);
    try (var channel = TestChannel.open(directory.resolve("run/daemon-1.sock"))) {
      var looking = looker.scheduleWithFixedDelay(() -> look(seen), 0, 5, TimeUnit.MILLISECONDS);
      var secrets = UserSecretServiceGrpc.newBlockingStub(channel.channel());
      var events = new ArrayList<ApplyUserResponse>();
      set(secrets, "one", canaries.get(0));
      set(secrets, "two", canaries.get(1));
      var read =
          secrets.getUserSecret(
              GetUserSecretRequest.newBuilder()
                  .setContext(context())
                  .setUser("alice")
                  .setName("one")
                  .build());
      assertThat(read.getValue().toStringUtf8()).isEqualTo(canaries.getFirst());
      assertThat(holds(shown(read))).isFalse();
      assertThat(apply(channel, "alice", events).getActivated()).isTrue();
      set(secrets, "two", canaries.get(2));
      secrets.rotateUserSecrets(
          RotateUserSecretsRequest.newBuilder().setContext(context()).setUser("alice").build());
      var failed = apply(channel, "failing", events);
      assertThat(failed.getEnding().getRestored()).isTrue();

      assertThat(events).noneMatch(event -> holds(event.toByteArray()));
      assertThat(files(root, directory))
          .containsExactlyInAnyOrder(real("one").toString(), real("two").toString());
      assertThat(real("two")).hasContent(canaries.get(1));
      assertThat(looking.isDone()).isFalse();
    } finally {
      looker.shutdown();
      assertThat(looker.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      daemon.destroyForcibly().waitFor();
      Trees.delete(directory);
      sandbox.close();
    }
    assertThat(seen).isEmpty();
  }

  private Path real(String name) throws IOException {
    return runtime.resolve("arda-secrets").resolve(name).toRealPath();
  }

  private void set(
      UserSecretServiceGrpc.UserSecretServiceBlockingStub secrets, String name, String value) {
    var request =
        SetUserSecretRequest.newBuilder()
            .setContext(context())
            .setUser("alice")
            .setName(name)
            .setValue(ByteString.copyFromUtf8(value))
            .build();
    assertThat(holds(shown(request))).isFalse();
    assertThat(Path.of(secrets.setUserSecret(request).getFile().getPath())).exists();
  }

  /** As a message is shown in logs. */
  private static byte[] shown(Message message) {
    return DebugFormat.singleLine().toString(message).getBytes(StandardCharsets.UTF_8);
  }

  private static Process daemon(Path directory) throws IOException {
    var command = new ArrayList<>(DaemonProcess.java(DaemonMain.class));
    command.addAll(
        List.of(
            "--runtime-dir", directory.resolve("run").toString(),
            "--state-dir", directory.resolve("state").toString()));
    var process =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    Eventually.within(
        Duration.ofSeconds(60),
        "the daemon has started",
        () ->
            RuntimeRecord.read(directory.resolve("run/daemon-1.json"))
                .filter(record -> record.pid() == process.pid())
                .isPresent());
    return process;
  }
}
