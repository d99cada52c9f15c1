package dev.arda.nix.system.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.install.InstallRequest.BuildOn;
import dev.arda.nix.system.install.InstallRequest.DiskKey;
import dev.arda.nix.system.install.InstallRequest.Hardware;
import dev.arda.nix.system.install.InstallRequest.Owner;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Installations by a program that notes what it is called with and does to ssh what the real {@code
 * nixos-anywhere} does: it tells it to check no key.
 */
class InstallationsTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void install_knownKey_isBuiltHereAndDoneStepByStep(Path nix) throws IOException {
    try (var bench = new InstallBench(nix)) {
      var result = bench.install(bench.request("one"));
      assertThat(result.failure()).isEmpty();
      assertThat(result.mayBeErased()).isTrue();
      assertThat(result.stage()).isEqualTo(InstallStage.REBOOT);
      assertThat(result.system()).endsWith("-system-one");
      assertThat(bench.trace())
          .hasSize(8)
          .startsWith("--store-paths")
          .endsWith(
              "--target-host",
              "target",
              "--phases",
              "kexec,disko,install,reboot",
              "--no-substitute-on-destination");
      assertThat(bench.trace().get(1)).endsWith("-disko-one");
      assertThat(bench.trace().get(2)).isEqualTo(result.system());
      assertThat(bench.read("trace.opts")).isEqualTo("unset");
      assertThat(bench.read("trace.code")).isEqualTo("0\n");
      assertThat(bench.stages)
          .containsExactly(
              "preflight succeeded",
              "build succeeded",
              "connect succeeded",
              "kexec succeeded",
              "disko succeeded",
              "install succeeded",
              "reboot succeeded");
      try (var left = Files.list(bench.work.resolve("private"))) {
        assertThat(left).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void install_everyOption_isPassedOn(Path nix) throws IOException {
    try (var bench = new InstallBench(nix)) {
      var plain = bench.request("one");
      var extra = Files.createDirectory(bench.work.resolve("extra"));
      var key = bench.sandbox.write("key", "secret");
      bench.sshd.knowNothing();
      var request =
          new InstallRequest(
              plain.context(),
              bench.flake.toString(),
              plain.host(),
              new Reach(
                  Optional.of(System.getProperty("user.name") + "@target:" + bench.sshd.port()),
                  true,
                  List.of(),
                  true),
              EnumSet.of(InstallPhase.INSTALL, InstallPhase.DISKO),
              Optional.of(extra),
              List.of(new Owner("/home/a", "1000:100")),
              List.of(new DiskKey("/tmp/disk.key", key)),
              BuildOn.REMOTE,
              Optional.of("https://example.org/kexec.tar.gz"),
              Optional.of(new Hardware("nixos-facter", Path.of("hosts/one/facter.json"))),
              true,
              Optional.empty(),
              plain.limits());
      assertThat(bench.install(request).failure()).isEmpty();
      assertThat(bench.trace())
          .containsExactly(
              "--flake",
              bench.flake + "#one",
              "--build-on",
              "remote",
              "--target-host",
              System.getProperty("user.name") + "@target",
              "--ssh-port",
              Integer.toString(bench.sshd.port()),
              "--phases",
              "disko,install",
              "--extra-files",
              extra.toString(),
              "--chown",
              "/home/a",
              "1000:100",
              "--disk-encryption-keys",
              "/tmp/disk.key",
              key.toString(),
              "--kexec",
              "https://example.org/kexec.tar.gz",
              "--generate-hardware-config",
              "nixos-facter",
              "hosts/one/facter.json",
              "--copy-host-keys");
      // The key that was shown at first counts from then on, and is told to nobody else.
      assertThat(bench.read("trace.code")).isEqualTo("0\n");
      assertThat(Files.readString(bench.sshd.file("known_hosts"))).isBlank();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void install_unknownOrOtherKey_nothingIsStarted(Path nix) {
    try (var bench = new InstallBench(nix)) {
      bench.sshd.knowNothing();
      refused(bench, "one", Reason.HOST_KEY_REJECTED);
      bench.sshd.know(bench.sshd.file("host2.pub"));
      refused(bench, "one", Reason.HOST_KEY_REJECTED);
      bench.sshd.know(bench.sshd.file("host.pub"));
      refused(bench, "alien", Reason.HOST_UNFIT);
      assertThatThrownBy(() -> bench.install(bench.request("planned")))
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_UNFIT));
      assertThatThrownBy(() -> bench.install(bench.request("two")))
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.HOST_NOT_FOUND));
      var plain = bench.request("one");
      var missing =
          bench.install(
              new InstallRequest(
                  plain.context(),
                  plain.flake(),
                  plain.host(),
                  plain.reach(),
                  plain.phases(),
                  plain.extraFiles(),
                  plain.owners(),
                  plain.diskKeys(),
                  plain.buildOn(),
                  Optional.of("/no/such/kexec.tar.gz"),
                  plain.hardware(),
                  plain.copyHostKeys(),
                  plain.stepLimit(),
                  plain.limits()));
      assertThat(missing.stage()).isEqualTo(InstallStage.PREFLIGHT);
      assertThat(missing.failure().orElseThrow())
          .hasMessageStartingWith("/no/such/kexec.tar.gz is not there, or cannot be read.");
      // A tag of all hosts: none of them is meant.
      assertThatThrownBy(() -> bench.install(bench.request("nixos")))
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REQUEST_INVALID))
          .hasMessageContaining("nixos is a tag, of ");
    }
  }

  /** Its disks are not erased under somebody who activates there, whoever that is. */
  @ParameterizedTest
  @MethodSource("programs")
  void aMachineThatIsBeingDeployedTo_isRefused_andNothingIsStarted(Path nix) throws Exception {
    try (var bench = new InstallBench(nix)) {
      var lock = bench.sandbox.write("root/run/arda/lock", "");
      bench.variables.put("ARDA_TARGET_ROOT", bench.work.resolve("root").toString());
      var holder =
          new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo has; cat").start();
      try {
        assertThat(holder.getInputStream().read()).isEqualTo('h');
        refused(bench, "one", Reason.HOST_BUSY);
      } finally {
        holder.getOutputStream().close();
      }
      assertThat(holder.waitFor()).isZero();

      // By the same daemon, which has not begun to activate there.
      var deployed =
          bench
              .installations
              .means()
              .locks()
              .tryTakeAll(SshTarget.parse("somebody@TARGET:22"))
              .orElseThrow();
      try (deployed) {
        refused(bench, "one", Reason.HOST_BUSY);
      }
      assertThat(bench.install(bench.request("one")).failure()).isEmpty();
    }
  }

  /** Whoever knows nothing of this daemon sees it on the machine. */
  @ParameterizedTest
  @MethodSource("programs")
  void aMachineThatIsBeingInstalled_isLocked_untilThatIsOver(Path nix) throws Exception {
    try (var bench = new InstallBench(nix)) {
      bench.variables.put("MODE", "loop");
      var lock = bench.work.resolve("root/run/arda/lock");
      var installing = new Thread(() -> bench.install(bench.request("one")));
      installing.start();
      try {
        await(() -> !bench.trace().isEmpty());
        assertThat(isFree(lock)).isFalse();
        var refused = bench.install(bench.another(), bench.request("one"));
        assertThat(refused.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_BUSY);
        assertThat(refused.failure().orElseThrow())
            .hasMessageContaining("deployed to, or installed, by somebody else");
        assertThat(refused.mayBeErased()).isFalse();
        assertThat(isFree(lock)).isFalse();
      } finally {
        installing.interrupt();
        installing.join();
      }
      await(() -> isFree(lock));
    }
  }

  private static boolean isFree(Path lock) {
    try {
      return new ProcessBuilder("flock", "-n", lock.toString(), "true").start().waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private static void refused(InstallBench bench, String host, Reason reason) {
    var result = bench.install(bench.request(host));
    assertThat(result.failure().map(NixException::reason)).contains(reason);
    assertThat(result.failure().orElseThrow()).hasMessageEndingWith("were not touched.");
    assertThat(result.mayBeErased()).isFalse();
    assertThat(bench.trace()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nixosAnywhere_meetsAnotherKey_sshRefusesThoughItWasToldNotToCheck(Path nix) {
    try (var bench = new InstallBench(nix);
        var other = TestSshd.start(bench.work.resolve("other"), Map.of())) {
      bench.variables.put("OTHER_PORT", Integer.toString(other.port()));
      bench.install(bench.request("one"));
      assertThat(bench.read("trace.code")).isEqualTo("255\n");
      assertThat(bench.read("trace.ssh")).contains("HOST IDENTIFICATION HAS CHANGED");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void install_failsOrNeverEnds_saysWhereAndWhatBecameOfTheDisks(Path nix) {
    try (var bench = new InstallBench(nix)) {
      bench.variables.put("MODE", "fail");
      var failed = bench.install(bench.request("one"));
      assertThat(failed.stage()).isEqualTo(InstallStage.DISKO);
      assertThat(failed.failure().orElseThrow())
          .hasMessageContaining("nixos-anywhere failed at Formatting hard drive with disko")
          .hasMessageContaining("disk full of holes")
          .hasMessageContaining("may be erased");

      bench.variables.put("MODE", "loop");
      var plain = bench.request("one");
      var late =
          bench.install(
              new InstallRequest(
                  plain.context(),
                  plain.flake(),
                  plain.host(),
                  plain.reach(),
                  plain.phases(),
                  Optional.empty(),
                  List.of(),
                  List.of(),
                  BuildOn.LOCAL,
                  Optional.empty(),
                  Optional.empty(),
                  false,
                  Optional.of(Duration.ofSeconds(1)),
                  plain.limits()));
      assertThat(late.failure().map(NixException::reason)).contains(Reason.HOST_TIMEOUT);
      assertThat(late.failure().orElseThrow())
          .hasMessageContaining("took more than 1 s. The machine can be reached")
          .hasMessageEndingWith("were not touched.");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anEvaluationOrABuildThatTakesTooLong_isEnded_andNothingIsStarted(Path nix) {
    try (var bench = new InstallBench(nix)) {
      var hour = Duration.ofHours(1);
      late(
          bench,
          limited(bench.request("sluggish"), StageLimits.of(Duration.ofSeconds(10), hour, hour)),
          Reason.EVALUATION_TIMEOUT,
          "The evaluation of the flake took more than 10 s and was ended. --evaluation-timeout");
      late(
          bench,
          limited(bench.request("sleeper"), StageLimits.of(hour, Duration.ofSeconds(3), hour)),
          Reason.BUILD_TIMEOUT,
          "took more than 3 s and was ended. --build-timeout");
    }
  }

  private static InstallRequest limited(InstallRequest plain, StageLimits limits) {
    return new InstallRequest(
        plain.context(),
        plain.flake(),
        plain.host(),
        plain.reach(),
        plain.phases(),
        plain.extraFiles(),
        plain.owners(),
        plain.diskKeys(),
        plain.buildOn(),
        plain.kexec(),
        plain.hardware(),
        plain.copyHostKeys(),
        plain.stepLimit(),
        limits);
  }

  private static void late(
      InstallBench bench, InstallRequest request, Reason reason, String words) {
    var late = bench.install(request);
    assertThat(late.failure().map(NixException::reason)).contains(reason);
    assertThat(late.failure().orElseThrow())
        .hasMessageContaining(words)
        .hasMessageEndingWith("were not touched.");
    assertThat(late.stage()).isEqualTo(InstallStage.BUILD);
    assertThat(bench.trace()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "/a b", "/a;reboot", "/$(x)", "/a\nb", ""})
  void hostilePathsOfTheInstaller_areRefused(String path) {
    assertThatThrownBy(() -> with(List.of(new DiskKey(path, Path.of("/k"))), List.of()))
        .isInstanceOfSatisfying(
            NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REQUEST_INVALID));
    assertThatThrownBy(() -> with(List.of(), List.of(new Owner(path, "0:0"))))
        .isInstanceOf(NixException.class);
  }

  private static InstallRequest with(List<DiskKey> keys, List<Owner> owners) {
    return new InstallRequest(
        new CallContext(Path.of("/"), Optional.empty(), NixOptions.NONE, Map.of()),
        "",
        new HostName("one"),
        new Reach(Optional.empty(), false, List.of(), false),
        EnumSet.allOf(InstallPhase.class),
        Optional.empty(),
        owners,
        keys,
        BuildOn.LOCAL,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        StageLimits.USUAL);
  }
}
