package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Programs that the terminal is handed to, and signals that are for this process alone. */
final class HandoverTest extends CliTestCase {

  /** The signals of a test, which sends them. */
  private static final class Sent implements Signals {
    private final CompletableFuture<BooleanSupplier> interrupt = new CompletableFuture<>();

    @Override
    public Registration onInterrupt(BooleanSupplier action) {
      interrupt.complete(action);
      return () -> {};
    }

    @Override
    public Registration onSuspend(Runnable before, Runnable after) {
      return () -> {};
    }
  }

  private int interrupted(boolean yields, String script) throws Exception {
    var signals = new Sent();
    var environment = cli.places.environment("");
    var session =
        new Session(
            environment,
            new Console(
                new ByteArrayOutputStream(),
                new ByteArrayOutputStream(),
                new ByteArrayInputStream(new byte[0]),
                environment),
            new Interruption(signals),
            GlobalOptions.of(CommandTree.buildFor(List.of()).parseArgs()),
            List.of());
    var go = Files.createTempFile(environment.cwd(), "go", "");
    var code =
        CompletableFuture.supplyAsync(() -> {
          try {
            return new Handover(
                    session, "sh", List.of("/bin/sh", "-c", script, "sh", go.toString()), yields)
                .run(Map.of());
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(signals.interrupt.get(60, TimeUnit.SECONDS).getAsBoolean()).isFalse();
    Files.delete(go);
    return code.get(60, TimeUnit.SECONDS);
  }

  @Test
  void interrupt_endsWhatYields() throws Exception {
    assertThat(interrupted(true, "exec sleep 600")).isEqualTo(ExitCode.INTERRUPTED);
  }

  @Test
  void interrupt_isForTheProgram_whereItKnowsBest() throws Exception {
    assertThat(interrupted(false, "while [ -e \"$1\" ]; do sleep 0.1; done; exit 7")).isEqualTo(7);
  }
}
