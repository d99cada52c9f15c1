package dev.arda.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.Trees;
import dev.arda.v1.ActivationStage;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.CallContext;
import dev.arda.v1.ListUserGenerationsRequest;
import dev.arda.v1.ListUserGenerationsResponse;
import dev.arda.v1.OperationLogChunk;
import dev.arda.v1.UserServiceGrpc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** An activation goes on when its daemon is killed, and the next daemon tells how it ended. */
class ApplySurvivesTest {

  private final NixSandbox sandbox = NixSandbox.create(NixSandbox.programs().getFirst());
  private final Path home = sandbox.work().resolveSibling("home");

  private CallContext context() {
    return CallContext.newBuilder()
        .setCwd(sandbox.work().resolve("flake").toString())
        .setNixProgram(sandbox.nix().toString())
        .putAllEnv(sandbox.environment())
        .build();
  }

  private ListUserGenerationsResponse generations(Path socket) {
    try (var channel = TestChannel.open(socket)) {
      return UserServiceGrpc.newBlockingStub(channel.channel())
          .listUserGenerations(
              ListUserGenerationsRequest.newBuilder().setContext(context()).build());
    }
  }

  private Process daemon(Path directory) throws Exception {
    var command = new ArrayList<>(DaemonProcess.java(DaemonMain.class));
    command.addAll(
        java.util.List.of(
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

  @Test
  void apply_daemonIsKilled_activationFinishesAndTheNextDaemonKnows() throws Exception {
    try (var stream =
        requireNonNull(
            ApplySurvivesTest.class.getResourceAsStream("/dev/arda/nix/user/homes.nix"))) {
      sandbox.write(
          "flake/flake.nix",
          new String(stream.readAllBytes(), StandardCharsets.UTF_8)
              .replace("USER_NAME", System.getProperty("user.name"))
              .replace("HOME_DIRECTORY", home.toString()));
    }
    var directory = Leaks.temporaryDirectory();
    var socket = directory.resolve("run/daemon-1.sock");
    var first = daemon(directory);
    try (var channel = TestChannel.open(socket)) {
      var events =
          UserServiceGrpc.newBlockingStub(channel.channel())
              .applyUser(
                  ApplyUserRequest.newBuilder().setContext(context()).addUsers("slow").build());
      boolean waiting = false;
      while (!waiting) {
        waiting =
            events.next().getEvent().getUpdate().getLogsList().stream()
                .map(OperationLogChunk::getText)
                .anyMatch(text -> text.contains("waiting"));
      }

      first.destroyForcibly().waitFor(); // SIGKILL
    }
    var second = daemon(directory);
    try {
      assertThat(generations(socket).getLastActivation().getRunning()).isTrue();
      assertThat(generations(socket).getGenerationsList()).isEmpty();

      Files.writeString(home.resolve("go"), "");

      Eventually.within(
          Duration.ofSeconds(60),
          "the activation has ended",
          () -> !generations(socket).getLastActivation().getRunning());
      var end = generations(socket);
      assertThat(end.getLastActivation().getEnding().getStage())
          .isEqualTo(ActivationStage.ACTIVATION_STAGE_DONE);
      assertThat(end.getGenerationsList()).hasSize(1);
      assertThat(end.getGenerations(0).getCurrent()).isTrue();
      assertThat(home.resolve(".slow")).hasContent("s");
    } finally {
      Files.writeString(home.resolve("go"), "");
      second.destroyForcibly().waitFor();
      Trees.delete(directory);
      sandbox.close();
    }
  }
}
