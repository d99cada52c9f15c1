package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployRequest.Limits;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.nix.system.deploy.DeployRequest.WaveSize;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Deployments to a dozen hosts. */
class FleetDeploymentTest {

  @RegisterExtension static final DeployFixtures FIXTURES = new DeployFixtures();

  private static HostResult of(List<HostResult> results, String name) {
    return results.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aDozenHosts_inWaves_oneFails_andTheRestIsDoneLater() {
    var fixture = FIXTURES.any();
    var any = fixture.target("f01");
    var fleet = any.wish("@fleet").at("").as(fixture.fleetContext());
    fixture.fleet(1);
    assertThat(fleet.all(new Told()))
        .hasSize(12)
        .allSatisfy(one -> assertThat(one.ending()).isEqualTo(Ending.DONE));
    DeployFixture.FLEET.forEach(name -> fixture.target(name).journal());

    // The first two go first; of the others f05 fails, and no further one is begun then.
    fixture.fleet(2, "f05");
    var told = new Told();
    var half = fleet.rollout(1, 2, 0).all(told);
    assertThat(half).hasSize(12);
    for (var name : List.of("f02", "f03", "f04")) {
      assertThat(of(half, name)).extracting(HostResult::ending).isEqualTo(Ending.DONE);
      assertThat(fixture.target(name).running()).isEqualTo(name + "-2");
    }
    assertThat(of(half, "f05")).extracting(HostResult::ending).isEqualTo(Ending.ROLLED_BACK);
    for (var name : List.of("f01", "f06", "f07", "f08", "f09", "f10", "f11", "f12")) {
      assertThat(of(half, name)).extracting(HostResult::ending).isEqualTo(Ending.SKIPPED);
      assertThat(fixture.target(name).running()).isEqualTo(name + "-1");
      assertThat(fixture.target(name).journal()).isEmpty();
    }
    assertThat(of(half, "f01").failure().orElseThrow()).hasMessageContaining("waits for f12");
    // All were copied before the first was activated.
    assertThat(told.stages.indexOf("f12 copy SUCCEEDED"))
        .isBetween(0, told.stages.indexOf("f02 activate RUNNING"));

    // Again, with room for failures: what is left is done, and only that; f01 after f12.
    DeployFixture.FLEET.forEach(name -> fixture.target(name).journal());
    var rest = fleet.rollout(4, 0, 1).all(told);
    for (var name : List.of("f02", "f03", "f04")) {
      assertThat(of(rest, name)).extracting(HostResult::ending).isEqualTo(Ending.UNCHANGED);
      assertThat(fixture.target(name).journal()).isEmpty();
    }
    assertThat(of(rest, "f05")).extracting(HostResult::ending).isEqualTo(Ending.ROLLED_BACK);
    for (var name : List.of("f01", "f06", "f07", "f08", "f09", "f10", "f11", "f12")) {
      assertThat(of(rest, name)).extracting(HostResult::ending).isEqualTo(Ending.DONE);
      assertThat(fixture.target(name).booted()).isEqualTo(name + "-2");
    }
    assertThat(told.stages.indexOf("f12 confirm SUCCEEDED"))
        .isBetween(0, told.stages.lastIndexOf("f01 activate RUNNING"));

    // Back, several at once, each to what it booted before.
    fixture.fleet(3);
    var two = any.wish("f02", "f03").at("").as(fixture.fleetContext());
    assertThat(two.all(told)).extracting(HostResult::ending).containsOnly(Ending.DONE);
    assertThat(two.rollback(0).all(told))
        .extracting(HostResult::ending)
        .containsExactly(Ending.DONE, Ending.DONE);
    for (var name : List.of("f02", "f03")) {
      assertThat(fixture.target(name).running()).isEqualTo(name + "-2");
      assertThat(fixture.target(name).booted()).isEqualTo(name + "-2");
    }
  }

  /** Counts how many hosts are in a stage at a time, and lets none go on alone. */
  private static final class Counter {
    private final CyclicBarrier together;
    private final Set<String> begun = new HashSet<>();
    private int now;
    private int most;

    Counter(int parties) {
      together = new CyclicBarrier(parties);
    }

    void begins(String host) {
      synchronized (this) {
        if (!begun.add(host)) {
          return;
        }
        now++;
        most = Math.max(most, now);
      }
      try {
        together.await(4, TimeUnit.MINUTES);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("it was alone: " + host, e);
      }
    }

    synchronized void ends() {
      now--;
    }

    synchronized int most() {
      return most;
    }
  }

  @Test
  void noMoreAreCopiedToOrActivatedAtATimeThanMayBe() {
    var fixture = FIXTURES.any();
    fixture.fleet(21);
    var copies = new Counter(3);
    var activations = new Counter(2);
    var told =
        new Told() {
          @Override
          public void stage(String host, Stage stage, StageState state, String detail) {
            super.stage(host, stage, state, detail);
            switch (stage + " " + state) {
              case "COPY RUNNING" -> copies.begins(host);
              case "COPY SUCCEEDED" -> copies.ends();
              case "ACTIVATE RUNNING" -> activations.begins(host);
              default -> {}
            }
          }

          @Override
          public void finished(HostResult result) {
            activations.ends();
          }
        };
    var done =
        fixture
            .target("f02")
            .wish("f02", "f03", "f04", "f05", "f06", "f07")
            .at("")
            .as(fixture.fleetContext())
            .rollout(new Rollout(new Limits(1, 3, 2), 0, List.of(), 0))
            .all(told);
    assertThat(done)
        .hasSize(6)
        .allSatisfy(one -> assertThat(one.failure()).isEmpty())
        .allSatisfy(one -> assertThat(one.wave()).isZero());
    assertThat(copies.most()).isEqualTo(3);
    assertThat(activations.most()).isEqualTo(2);
    assertThat(told.waves).isEmpty();
  }

  private static DeployTarget.Wish wave(DeployFixture fixture) {
    return fixture
        .target("f02")
        .wish("f02", "f03", "f04", "f05", "f06", "f07")
        .at("")
        .as(fixture.fleetContext());
  }

  @Test
  void waves_beginWhenTheOneBeforeIsVerified_andNotAfterTooManyFailures() {
    var fixture = FIXTURES.any();
    var fleet = wave(fixture);
    fixture.fleet(40);
    assertThat(fleet.all(new Told())).allSatisfy(one -> assertThat(one.failure()).isEmpty());
    fixture.fleet(41, "f04");
    DeployFixture.FLEET.forEach(name -> fixture.target(name).journal());
    var sizes = List.of(new WaveSize(25, true), new WaveSize(100, true));
    var wished = fleet.rollout(new Rollout(new Limits(1, 10, 4), 1, sizes, 0));

    var planned = wave(fixture);
    assertThat(
            planned
                .rollout(new Rollout(new Limits(1, 10, 4), 1, sizes, 0))
                .planOnly()
                .all(new Told()))
        .extracting(HostResult::name, HostResult::ending, HostResult::wave)
        .contains(
            tuple("f02", Ending.PLANNED, 1),
            tuple("f03", Ending.PLANNED, 2),
            tuple("f04", Ending.PLANNED, 2),
            tuple("f05", Ending.PLANNED, 3),
            tuple("f07", Ending.PLANNED, 3));

    // It fails when the other of its wave is done, so that it does not keep that from beginning.
    fixture.target("f04").touch("hold");
    var told =
        new Told(line -> {
          if (line.equals("f03 confirm SUCCEEDED")) {
            fixture.target("f04").remove("hold");
          }
        });
    var half = wished.all(told);
    for (var name : List.of("f02", "f03")) {
      assertThat(of(half, name).ending()).as(name).isEqualTo(Ending.DONE);
    }
    assertThat(of(half, "f04").ending()).isEqualTo(Ending.ROLLED_BACK);
    for (var name : List.of("f05", "f06", "f07")) {
      var one = of(half, name);
      assertThat(one.ending()).as(name).isEqualTo(Ending.SKIPPED);
      assertThat(one.wave()).as(name).isEqualTo(3);
      assertThat(one.failure().orElseThrow())
          .hasMessageContaining("Too many had failed when wave 2 of 3 was over")
          .returns(Reason.HOST_SKIPPED, NixException::reason);
      assertThat(fixture.target(name).journal()).as(name).isEmpty();
    }
    assertThat(told.waves)
        .containsSubsequence(
            "1/3 [f02] 0 RUNNING",
            "1/3 [f02] 1 SUCCEEDED",
            "2/3 [f03, f04] 0 RUNNING",
            "2/3 [f03, f04] 1 RUNNING",
            "2/3 [f03, f04] 2 FAILED 1 of 2 hosts is not as wished")
        .noneMatch(wave -> wave.startsWith("3/3"));
    assertThat(told.stages.indexOf("f02 confirm SUCCEEDED"))
        .isBetween(0, told.stages.indexOf("f03 activate RUNNING"));

    // A plan divides those only of which something is left to do, as the real thing does.
    assertThat(
            wave(fixture)
                .rollout(new Rollout(new Limits(1, 10, 4), 1, sizes, 0))
                .planOnly()
                .all(new Told()))
        .extracting(HostResult::name, HostResult::ending, HostResult::wave)
        .containsExactly(
            tuple("f02", Ending.UNCHANGED, 0),
            tuple("f03", Ending.UNCHANGED, 0),
            tuple("f04", Ending.PLANNED, 1),
            tuple("f05", Ending.PLANNED, 2),
            tuple("f06", Ending.PLANNED, 3),
            tuple("f07", Ending.PLANNED, 3));

    // With room for it, it goes on; what is left is divided anew.
    var rest =
        fleet
            .rollout(new Rollout(new Limits(1, 10, 4), 0, List.of(new WaveSize(3, false)), 1))
            .all(told);
    assertThat(of(rest, "f02").ending()).isEqualTo(Ending.UNCHANGED);
    assertThat(of(rest, "f02").wave()).isZero();
    assertThat(of(rest, "f04")).returns(Ending.ROLLED_BACK, HostResult::ending);
    assertThat(rest.stream().filter(one -> one.ending() == Ending.DONE))
        .hasSize(3)
        .allSatisfy(one -> assertThat(one.wave()).isIn(1, 2));
    assertThat(told.waves)
        .contains(
            "1/2 [f04, f05, f06] 3 FAILED 1 of 3 hosts is not as wished", "2/2 [f07] 1 SUCCEEDED");
  }
}
