package dev.arda.nix.system.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.LimitedFlakes;
import dev.arda.nix.remote.Ssh;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Machine;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.TimeLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Asks hosts what they are and run.
 *
 * @param means what it works with
 */
public record HostStatuses(Means means) {

  private static final int AT_A_TIME = 32;

  /** So many hosts are evaluated at a time: one that takes long holds no other up. */
  private static final int EVALUATIONS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Which hosts, and what of them.
   *
   * @param selections empty: all that have a configuration
   * @param drift whether to evaluate what they should run
   * @param revisions whether to ask for the revision of each generation
   * @param evaluation how long the evaluation of what one host should run may take
   */
  public record Question(
      CallContext context,
      String flake,
      List<String> selections,
      Reach reach,
      boolean drift,
      boolean revisions,
      TimeLimit evaluation) {
    /** Copies the list. */
    public Question {
      selections = List.copyOf(selections);
    }
  }

  /** Hears of hosts, on the thread that asks. */
  public interface Listener {

    /** These are asked; told once, before any {@link #status}. */
    void asked(List<String> hosts);

    /** An answer, as soon as it is there. */
    void status(Status status);
  }

  /**
   * One host.
   *
   * @param host its name
   * @param target where it is
   * @param facts what it says of itself; empty: it could not be asked
   * @param wanted store path of the system that the flake says; empty: not asked, or not known
   * @param failure why something is not known
   */
  public record Status(
      String host,
      String target,
      Optional<TargetFacts> facts,
      Optional<String> wanted,
      Optional<NixException> failure) {}

  /**
   * Asks all of them, side by side. Blocks; interrupting the thread gives it up.
   *
   * @throws NixException if no host was chosen, or the flake cannot be read
   */
  public void ask(Question question, ProgressListener progress, Listener listener) {
    var hosts = ways(question).chosen(question.selections(), progress);
    listener.asked(hosts.stream().map(Host::name).toList());
    var places = new Semaphore(AT_A_TIME);
    var evaluations = new Semaphore(EVALUATIONS);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ExecutorCompletionService<Status>(executor);
      for (var host : hosts) {
        answers.submit(() -> {
          places.acquire();
          try {
            return status(question, host, evaluations);
          } finally {
            places.release();
          }
        });
      }
      try {
        for (int i = 0; i < hosts.size(); i++) {
          listener.status(answers.take().get());
        }
      } catch (InterruptedException e) {
        executor.shutdownNow();
        Thread.currentThread().interrupt();
        throw new CommandException(Reason.CANCELLED, "The question was given up.");
      } catch (ExecutionException e) {
        executor.shutdownNow();
        throw e.getCause() instanceof NixException failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
    }
  }

  /**
   * The command line with which a person logs in on a host, or runs something there; on this
   * machine it is that of the caller's shell, or the command itself.
   *
   * @param command as for {@link Ssh#interactive}
   */
  public List<String> login(Question question, List<String> command) {
    var ways = ways(question);
    var host = ways.one(question.selections().getFirst(), ProgressListener.NONE);
    var target = SshTarget.parse(ways.address(host));
    return target.isLocal()
        ? here(question.context(), command)
        : means.ssh().interactive(target, ways.settings(), command);
  }

  private static List<String> here(CallContext context, List<String> command) {
    var shell = context.environment().getOrDefault("SHELL", "/bin/sh");
    return switch (command.size()) {
      case 0 -> List.of(shell);
      case 1 -> List.of(shell, "-c", command.getFirst());
      default -> command;
    };
  }

  private HostWays ways(Question question) {
    return new HostWays(means, question.context(), question.flake(), question.reach());
  }

  private Status status(Question question, Host host, Semaphore evaluations)
      throws InterruptedException {
    var ways = ways(question);
    var address = ways.address(host);
    var facts = Optional.<TargetFacts>empty();
    var wanted = Optional.<String>empty();
    var failure = Optional.<NixException>empty();
    try {
      facts = Optional.of(look(ways, host, question.revisions()));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      failure = Optional.of(e);
    }
    if (question.drift() && facts.isPresent()) {
      // Waiting for others is no part of the time that an evaluation has.
      evaluations.acquire();
      try {
        wanted = Optional.of(wanted(question, host));
      } catch (NixException e) {
        if (e.reason() == Reason.CANCELLED) {
          throw e;
        }
        failure = Optional.of(e);
      } finally {
        evaluations.release();
      }
    }
    return new Status(host.name(), address, facts, wanted, failure);
  }

  private static TargetFacts look(HostWays ways, Host host, boolean closely) {
    try (var shell = ways.to(host).fresh()) {
      return closely
          ? TargetAccess.lookClosely(shell, ways.root(host))
          : TargetAccess.look(shell, ways.root(host));
    }
  }

  private String wanted(Question question, Host host) {
    var json =
        new Machine(
                LimitedFlakes.of(means.hosts().flakes(), question.evaluation()),
                question.context(),
                question.flake(),
                new HostName(host.name()))
            .select("config.system.build.toplevel.outPath");
    try {
      return JSON.readTree(json).asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
