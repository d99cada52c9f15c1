package dev.arda.daemon.rpc;

import dev.arda.nix.system.deploy.DeployRequest.Limits;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.WaveSize;

/** Translates in which order, and how many at a time, hosts are deployed to. */
final class Rollouts {

  private static final int PARALLEL = 10;
  private static final int MAX_PARALLEL = 500;
  private static final int MAX_WAVES = 50;

  private Rollouts() {}

  static void check(DeployRequest request, RequestCheck check) {
    parallel(request.getParallel(), "parallel", check);
    parallel(request.getParallelCopies(), "parallel_copies", check);
    parallel(request.getParallelActivations(), "parallel_activations", check);
    check
        .require(request.getCanary() >= 0, "canary", "is too large")
        .require(request.getMaxFailures() >= 0, "max_failures", "is too large")
        .require(
            request.getWavesCount() <= MAX_WAVES,
            "waves",
            "has more than %d elements".formatted(MAX_WAVES));
    for (var wave : request.getWavesList()) {
      var fault = fault(wave);
      check.require(fault.isEmpty(), "waves", fault);
    }
  }

  private static void parallel(int number, String field, RequestCheck check) {
    check.require(
        number >= 0 && number <= MAX_PARALLEL, field, "is more than %d".formatted(MAX_PARALLEL));
  }

  private static String fault(WaveSize wave) {
    return switch (wave.getSizeCase()) {
      case HOSTS -> wave.getHosts() > 0 ? "" : "has a wave without hosts, or with too many";
      case PERCENT ->
          wave.getPercent() > 0 && wave.getPercent() <= 100
              ? ""
              : "has a percentage that is not from 1 to 100";
      case SIZE_NOT_SET -> "has a wave of no size";
    };
  }

  static Rollout translate(DeployRequest request) {
    int all = request.getParallel() == 0 ? PARALLEL : request.getParallel();
    return new Rollout(
        new Limits(
            all,
            request.getParallelCopies() == 0 ? all : request.getParallelCopies(),
            request.getParallelActivations() == 0 ? all : request.getParallelActivations()),
        request.getCanary(),
        request.getWavesList().stream().map(Rollouts::translate).toList(),
        request.getMaxFailures());
  }

  private static dev.arda.nix.system.deploy.DeployRequest.WaveSize translate(WaveSize wave) {
    return new dev.arda.nix.system.deploy.DeployRequest.WaveSize(
        wave.hasPercent() ? wave.getPercent() : wave.getHosts(), wave.hasPercent());
  }
}
