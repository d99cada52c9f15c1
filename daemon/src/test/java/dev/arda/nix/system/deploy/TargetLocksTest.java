package dev.arda.nix.system.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.remote.SshTarget;
import org.junit.jupiter.api.Test;

class TargetLocksTest {

  private final TargetLocks locks = new TargetLocks();

  private static final SshTarget WEB = SshTarget.parse("web01");

  @Test
  void aSystem_isHadByOne_whoeverLogsIn() {
    try (var _ = locks.tryTake(WEB, "").orElseThrow()) {
      assertThat(locks.tryTake(SshTarget.parse("root@web01:22"), "")).isEmpty();
      assertThat(locks.tryTake(SshTarget.parse("WEB01"), "")).isEmpty();
      for (var other : new String[] {"web02", "web01:2222"}) {
        try (var held = locks.tryTake(SshTarget.parse(other), "").orElseThrow()) {
          assertThat(held).isNotNull();
        }
      }
    }
    try (var held = locks.tryTake(WEB, "").orElseThrow()) {
      assertThat(held).isNotNull();
    }
  }

  @Test
  void systemsOfOneMachine_excludeEachOther_onlyWhereOneTakesAll() {
    var first = locks.tryTake(WEB, "/containers/a").orElseThrow();
    var second = locks.tryTake(WEB, "/containers/b").orElseThrow();
    assertThat(locks.tryTakeAll(WEB)).isEmpty();
    first.close();
    assertThat(locks.tryTakeAll(WEB)).isEmpty();
    second.close();
    try (var _ = locks.tryTakeAll(WEB).orElseThrow()) {
      assertThat(locks.tryTake(WEB, "/containers/a")).isEmpty();
      assertThat(locks.tryTake(WEB, "")).isEmpty();
      assertThat(locks.tryTakeAll(SshTarget.parse("root@web01"))).isEmpty();
    }
    try (var held = locks.tryTake(WEB, "/containers/a").orElseThrow()) {
      assertThat(held).isNotNull();
      first.close();
      assertThat(locks.tryTake(WEB, "/containers/a")).isEmpty();
    }
  }
}
