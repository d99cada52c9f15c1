package dev.arda.nix.system.deploy;

import static dev.arda.nix.system.deploy.DeployFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can come in between while a target activates, or before. */
class ActivationFaultsTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  @Test
  void aConnectionThatBreaksInMidActivation_isMadeAnew() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    target.touch("hold");
    var once = new CountDownLatch(1);
    var told =
        new Told(line -> {
          if (line.equals("activating one") && once.getCount() > 0) {
            once.countDown();
            fixture.sshd.cut();
            target.remove("hold");
          }
        });
    var result = target.wish("one").run(told);
    assertThat(once.getCount()).isZero();
    assertThat(result.failure()).isEmpty();
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(told.lines).filteredOn("activating one"::equals).hasSize(1);
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");
  }

  @Test
  void twoAtOnce_oneIsRefused() throws Exception {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    target.touch("hold");
    var begun = new CountDownLatch(1);
    var first =
        CompletableFuture.supplyAsync(() ->
            target
                .wish("one")
                .run(
                    new Told(line -> {
                      if (line.equals("activating one")) {
                        begun.countDown();
                      }
                    })));
    begun.await();
    var second = target.deploy("one");
    assertThat(second.ending()).isEqualTo(Ending.REFUSED);
    assertThat(second.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);

    // Another daemon knows nothing of this one, but the target does.
    var third =
        another(fixture, Duration.ofMinutes(30))
            .deploy(target.wish("two").request(), new Told())
            .hosts()
            .getFirst();
    assertThat(third.ending()).isEqualTo(Ending.REFUSED);
    assertThat(third.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);
    assertThat(third.stage()).isEqualTo(Stage.PREFLIGHT);
    target.remove("hold");
    assertThat(first.get().ending()).isEqualTo(Ending.DONE);
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");
    assertThat(target.journal()).containsExactly("test one", "boot one");
  }

  /** What runs and boots may be taken back yet, so that nobody may call it as wished. */
  @Test
  void anotherInItsLastStep_isNoHostThatIsUnchanged() throws Exception {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.touch("boot-hold");
    target.touch("boot-fails");
    var first = CompletableFuture.supplyAsync(() -> target.deploy("two"));
    try {
      target.awaitJournal("boot two");
      assertThat(target.running()).isEqualTo("two");
      assertThat(target.booted()).isEqualTo("two");
      var told = new Told();
      var second =
          another(fixture, Duration.ofMinutes(30))
              .deploy(target.wish("two").request(), told)
              .hosts()
              .getFirst();
      assertThat(second.ending()).isEqualTo(Ending.REFUSED);
      assertThat(second.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);
      assertThat(told.stages).containsExactly("two preflight RUNNING", "two preflight FAILED");
      var planned = new Told();
      another(fixture, Duration.ofMinutes(30))
          .deploy(target.wish("two").planOnly().request(), planned);
      assertThat(planned.warnings).singleElement().asString().contains("is being deployed to");
    } finally {
      target.remove("boot-hold");
    }
    assertThat(first.get().ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(target.running()).isEqualTo("one");
    target.remove("boot-fails");
    assertThat(target.deploy("two").ending()).isEqualTo(Ending.DONE);
  }

  @Test
  void whoBeginsAfterTheLook_isNoticedByTheTarget() throws Exception {
    var target = FIXTURES.any().target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.journal();
    var holder = new AtomicReference<Optional<Process>>(Optional.empty());
    var told =
        new Told(line -> {
          if (line.equals("two preflight SUCCEEDED")) {
            holder.set(Optional.of(holder(target, "-x")));
          }
        });
    var result = target.wish("two").run(told);
    release(holder.get().orElseThrow());
    assertThat(result.ending()).isEqualTo(Ending.REFUSED);
    assertThat(result.stage()).isEqualTo(Stage.ACTIVATE);
    assertThat(result.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);
    assertThat(target.journal()).isEmpty();
    assertThat(target.deploy("two").ending()).isEqualTo(Ending.DONE);
  }

  @Test
  void whoOnlyLooksAtTheLock_keepsNobodyFromIt() throws Exception {
    var target = FIXTURES.any().target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    var looking = holder(target, "-s");
    var result = CompletableFuture.supplyAsync(() -> target.deploy("two"));
    await("its agent is there", () -> hasUndone(target));
    release(looking);
    assertThat(result.get().ending()).isEqualTo(Ending.DONE);
  }

  /** Whether an activation has begun and has not ended. */
  private static boolean hasUndone(DeployTarget target) {
    try (var runs = Files.newDirectoryStream(target.root().resolve("run/arda"), "d-*")) {
      for (var run : runs) {
        if (Files.exists(run.resolve("pid")) && !Files.exists(run.resolve("result"))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Has the lock of a target until it is released. */
  private static Process holder(DeployTarget target, String how) {
    try {
      var lock = target.root().resolve("run/arda/lock").toString();
      var process = new ProcessBuilder("flock", how, lock, "sh", "-c", "echo has; cat").start();
      assertThat(process.getInputStream().read()).isEqualTo('h');
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void release(Process holder) throws Exception {
    holder.getOutputStream().close();
    assertThat(holder.waitFor()).isZero();
  }

  /** A daemon that knows nothing of what the first one does. */
  private static Deployments another(DeployFixture fixture, Duration activation) {
    var means = fixture.deployments.means();
    return new Deployments(
        new Means(
            means.hosts(),
            means.builds(),
            means.stores(),
            means.ssh(),
            means.runner(),
            new TargetLocks(),
            means.random(),
            activation),
        fixture.deployments.tools());
  }

  @Test
  void scriptsThatDoNotEnd_areLeftAlone_andThatIsSaid() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.touch("hold");
    var result =
        another(fixture, Duration.ofSeconds(5))
            .deploy(target.wish("two").confirmation(Duration.ofSeconds(1)).request(), new Told())
            .hosts()
            .getFirst();
    assertThat(result.ending()).isEqualTo(Ending.UNKNOWN);
    assertThat(result.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_UNKNOWN);
    assertThat(result.failure().orElseThrow().getMessage())
        .contains("The scripts of the new system do not end", "arda-d-*");
    assertThat(target.deploy("one").failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);
    assertThat(target.booted()).isEqualTo("one");

    // Nobody confirms what they did, so that the target goes back.
    target.journal();
    target.remove("hold");
    await("it runs what it ran before", () -> target.running().equals("one"));
    assertThat(target.journal()).contains("test one");
    assertThat(target.booted()).isEqualTo("one");
  }

  @Test
  void anAgentThatIsKilledInTheMiddle_isNoFailureBeforeAnythingWasActivated() throws Exception {
    var target = FIXTURES.any().target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.journal();
    target.touch("hold");
    var result = CompletableFuture.supplyAsync(() -> target.deploy("two"));
    target.awaitJournal("test two");
    try (var runs = Files.newDirectoryStream(target.root().resolve("run/arda"), "d-*")) {
      for (var run : runs) {
        if (!Files.exists(run.resolve("result"))) {
          long pid = Long.parseLong(Files.readString(run.resolve("pid")).strip());
          var _ = ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        }
      }
    }
    target.remove("hold");
    var ending = result.get();
    assertThat(ending.ending()).isEqualTo(Ending.UNKNOWN);
    assertThat(ending.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_UNKNOWN);
  }

  @Test
  void whenNobodyComesBack_theTargetGoesBackByItself() {
    var fixture = FIXTURES.any();
    var target = fixture.target();
    assertThat(target.deploy("one").ending()).isEqualTo(Ending.DONE);
    target.journal();
    // The key that the target shows changes with its new system: nobody can be sure of it any
    // more.
    var told =
        new Told(line -> {
          if (line.equals("activating two")) {
            fixture.sshd.know(fixture.sshd.file("host2.pub"));
          }
          if (line.contains("cannot be reached") || line.contains("key")) {
            target.awaitJournal("test one");
            fixture.sshd.know(fixture.sshd.file("host.pub"));
          }
        });
    var result = target.wish("two").confirmation(Duration.ofSeconds(1)).run(told);
    assertThat(result.ending()).isEqualTo(Ending.ROLLED_BACK);
    assertThat(result.failure().orElseThrow().reason()).isEqualTo(Reason.ACTIVATION_UNCONFIRMED);
    assertThat(target.running()).isEqualTo("one");
    assertThat(target.booted()).isEqualTo("one");
  }

  /** Deploys on a thread that is interrupted at a word of the listener. */
  private static DeployResult interrupted(DeployTarget target, String host, String word)
      throws InterruptedException {
    var result = new AtomicReference<Optional<DeployResult>>(Optional.empty());
    var self = new AtomicReference<Optional<Thread>>(Optional.empty());
    var thread =
        Thread.ofPlatform()
            .unstarted(() ->
                result.set(
                    Optional.of(
                        target
                            .wish(host)
                            .result(
                                new Told(line -> {
                                  if (line.equals(word)) {
                                    self.get().orElseThrow().interrupt();
                                    target.remove("hold");
                                  }
                                })))));
    self.set(Optional.of(thread));
    thread.start();
    thread.join();
    return result.get().orElseThrow();
  }

  @Test
  void givenUp_beforeTheActivation_nothingIsChanged() throws Exception {
    var target = FIXTURES.any().target();
    var before = target.deploy("one");
    target.journal();
    var end = interrupted(target, "two", "two preflight SUCCEEDED");
    assertThat(end.givenUp()).isTrue();
    var result = end.hosts().getFirst();
    assertThat(result.ending()).isEqualTo(Ending.CANCELLED);
    assertThat(result.running()).isEqualTo(before.system());
    assertThat(result.failure().orElseThrow().reason()).isEqualTo(Reason.CANCELLED);
    assertThat(target.journal()).isEmpty();
    assertThat(target.booted()).isEqualTo("one");
  }

  @Test
  void givenUp_afterTheActivationHasBegun_itIsFinished() throws Exception {
    var target = FIXTURES.any().target();
    target.touch("hold");
    var end = interrupted(target, "one", "activating one");
    assertThat(end.givenUp()).isFalse();
    var result = end.hosts().getFirst();
    assertThat(result.ending()).isEqualTo(Ending.DONE);
    assertThat(result.running()).isEqualTo(result.system());
    assertThat(target.booted()).isEqualTo("one");
  }
}
