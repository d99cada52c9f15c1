package dev.arda.nix.system.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.install.InstallRequest.BuildOn;
import dev.arda.nix.system.install.InstallRequest.DiskKey;
import dev.arda.nix.system.install.InstallRequest.Hardware;
import dev.arda.nix.system.install.InstallRequest.Owner;
import dev.arda.nix.testing.Golden;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of installations, compared with those that are written down beside this test. They
 * are really run, but for {@code nixos-anywhere}.
 */
class InstallTraceTest {

  /** What differs from a plain installation. */
  private record Options(
      Reach reach,
      Set<InstallPhase> phases,
      Optional<Path> extraFiles,
      List<Owner> owners,
      List<DiskKey> keys,
      BuildOn buildOn,
      Optional<String> kexec,
      Optional<Hardware> hardware,
      boolean copyHostKeys,
      Optional<Duration> stepLimit) {

    static final Options PLAIN =
        new Options(
            new Reach(Optional.empty(), false, List.of(), false),
            EnumSet.allOf(InstallPhase.class),
            Optional.empty(),
            List.of(),
            List.of(),
            BuildOn.LOCAL,
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty());

    InstallRequest request(InstallBench bench) {
      var plain = bench.request("one");
      return new InstallRequest(
          plain.context(),
          plain.flake(),
          plain.host(),
          reach,
          EnumSet.copyOf(phases),
          extraFiles,
          owners,
          keys,
          buildOn,
          kexec,
          hardware,
          copyHostKeys,
          stepLimit,
          plain.limits());
    }
  }

  private static InstallResult run(InstallBench bench, String title, Options options) {
    bench.commands.begin(title);
    return bench.install(options.request(bench));
  }

  private static void installs(InstallBench bench, String title, Options options) {
    assertThat(run(bench, title, options).failure()).as(title).isEmpty();
  }

  @Test
  void installing_withEveryOption() throws IOException {
    try (var bench = new InstallBench(NixSandbox.programs().getFirst())) {
      var plain = Options.PLAIN;
      installs(bench, "a machine whose key is known", plain);
      installs(
          bench,
          "no reboot, through another machine, what the target can fetch",
          new Options(
              new Reach(Optional.empty(), false, List.of("jump"), true),
              EnumSet.of(InstallPhase.KEXEC, InstallPhase.DISKO, InstallPhase.INSTALL),
              plain.extraFiles(),
              plain.owners(),
              plain.keys(),
              plain.buildOn(),
              plain.kexec(),
              plain.hardware(),
              plain.copyHostKeys(),
              plain.stepLimit()));
      everything(bench);
      bench.sshd.know(bench.sshd.file("host.pub"));

      bench.variables.put("MODE", "loop");
      var late =
          run(
              bench,
              "a step that takes too long, built where nixos-anywhere likes",
              new Options(
                  plain.reach(),
                  plain.phases(),
                  plain.extraFiles(),
                  plain.owners(),
                  plain.keys(),
                  BuildOn.AUTO,
                  plain.kexec(),
                  plain.hardware(),
                  plain.copyHostKeys(),
                  Optional.of(Duration.ofSeconds(1))));
      assertThat(late.failure().orElseThrow().reason()).isEqualTo(Reason.HOST_TIMEOUT);
      Golden.compare(InstallTraceTest.class, "install.txt", bench.commands.text());
    }
  }

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  /** One text for all versions of Nix; {@code CommandTrace} says what it takes for the same. */
  @ParameterizedTest
  @MethodSource("programs")
  void nixosAnywhere_thatIsNotOnThePath_isFetchedOnce(Path nix) throws IOException {
    try (var bench = new InstallBench(nix)) {
      bench.unprovide();
      installs(bench, "nixos-anywhere is not on the PATH", Options.PLAIN);
      assertThat(bench.trace()).contains("--store-paths");
      installs(bench, "again, nixos-anywhere was fetched before", Options.PLAIN);
      Golden.compare(InstallTraceTest.class, "install-fetched.txt", bench.commands.text());
    }
  }

  private static void everything(InstallBench bench) throws IOException {
    bench.sshd.knowNothing();
    installs(
        bench,
        "every option, a user and a port, a key that is new",
        new Options(
            new Reach(
                Optional.of("%s@target:%d".formatted(InstallBench.user(), bench.sshd.port())),
                true,
                List.of(),
                false),
            EnumSet.of(InstallPhase.DISKO, InstallPhase.INSTALL),
            Optional.of(Files.createDirectory(bench.work.resolve("extra"))),
            List.of(new Owner("/home/a", "1000:100")),
            List.of(new DiskKey("/tmp/disk.key", bench.sandbox.write("key", "secret"))),
            BuildOn.REMOTE,
            Optional.of("https://example.org/kexec.tar.gz"),
            Optional.of(new Hardware("nixos-facter", Path.of("hosts/one/facter.json"))),
            true,
            Optional.empty()));
  }
}
