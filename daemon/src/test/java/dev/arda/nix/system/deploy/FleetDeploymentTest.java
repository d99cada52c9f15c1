package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import java.util.List;
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
  }
}
