package dev.arda.lsp.daemon;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.Deadline;
import dev.arda.client.OperationStream;
import dev.arda.lsp.feature.Deed;
import dev.arda.lsp.feature.Kind;
import dev.arda.v1.ApplyMode;
import dev.arda.v1.ApplyUserRequest;
import dev.arda.v1.ApplyUserResponse;
import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildTarget;
import dev.arda.v1.CallContext;
import dev.arda.v1.CancelOperationRequest;
import dev.arda.v1.DeployMode;
import dev.arda.v1.DeployRequest;
import dev.arda.v1.DeployResponse;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.UserServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Has the daemon do things to hosts and users, as operations (docs/api.md). A build ends with the
 * editor that wanted it; what changes a machine goes on until it is cancelled.
 */
public final class Operations {

  private static final Duration SHORT = Duration.ofSeconds(20);

  /** Looking up a host may have to evaluate the flake anew. */
  private static final Duration LONG = Duration.ofMinutes(5);

  /** Hears of an operation, on one thread; {@link #ended} is last, and comes always. */
  public interface Listener {
    /**
     * It moved.
     *
     * @param percent how much of it is done, which never shrinks; empty if that is not known
     * @param message what it is doing
     */
    void moved(OptionalInt percent, String message);

    /** Something that belongs into a log. */
    void printed(String line);

    /** It is over. */
    void ended(Ending ending);
  }

  /** How something ended. */
  public enum Outcome {
    /** As was wished. */
    DONE,
    /** It failed, wholly or in part. */
    FAILED,
    /** It was given up. */
    CANCELLED
  }

  /**
   * How it ended.
   *
   * @param message for a person, in a line or a few
   */
  public record Ending(Outcome outcome, String message) {}

  private final DaemonLink link;

  /** With a daemon. */
  public Operations(DaemonLink link) {
    this.link = link;
  }

  /** Something that goes on. */
  public final class Running {
    private final String requestId = UUID.randomUUID().toString();
    private final CallContext context;
    private final Deed deed;
    private final Kind kind;
    private final String host;
    private final Listener listener;

    // Guarded by this.
    private String operation = "";
    private boolean cancelled;

    private Running(CallContext context, Deed deed, Kind kind, String name, Listener listener) {
      this.context = context;
      this.deed = deed;
      this.kind = kind;
      this.host = name;
      this.listener = listener;
    }

    /** Gives it up; what must not be interrupted is finished or undone first. */
    public void cancel() {
      synchronized (this) {
        cancelled = true;
        if (operation.isEmpty()) {
          return; // as soon as it has a name
        }
      }
      Thread.ofVirtual().name("arda-cancel").start(this::askToEnd);
    }

    private synchronized boolean isCancelled() {
      return cancelled;
    }

    private void askToEnd() {
      String name;
      synchronized (this) {
        name = operation;
      }
      try {
        var _ =
            link.connected()
                .cancelOperation(
                    CancelOperationRequest.newBuilder()
                        .setName(name)
                        .setRequestId(requestId)
                        .build(),
                    Deadline.after(SHORT));
      } catch (ArdaException e) {
        listener.printed("cannot cancel %s: %s".formatted(name, e.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // nobody has this thread
      }
    }

    private void run() {
      Ending ending;
      try {
        ending = follow(link.connected());
      } catch (ArdaException e) {
        ending =
            isCancelled()
                ? new Ending(Outcome.CANCELLED, "cancelled")
                : new Ending(Outcome.FAILED, String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        ending = new Ending(Outcome.CANCELLED, "interrupted"); // nobody has this thread
      } catch (RuntimeException e) {
        ending = new Ending(Outcome.FAILED, e.toString());
      }
      listener.ended(ending);
    }

    private Ending follow(ArdaClient client) throws InterruptedException {
      if (kind == Kind.HOST && !isHost(client)) {
        return new Ending(
            Outcome.FAILED, "the flake, as it is saved, has no host '%s'".formatted(host));
      }
      if (kind == Kind.HOST && host.indexOf('"') >= 0 && deed != Deed.BUILD) {
        return new Ending(Outcome.FAILED, "a host with a quote in its name cannot be chosen");
      }
      if (isCancelled()) {
        return new Ending(Outcome.CANCELLED, "cancelled");
      }
      var story = new OperationStory();
      try (var events = begin(client)) {
        for (var event = events.next(); event.isPresent(); event = events.next()) {
          if (event.get().hasAccepted()) {
            accepted(event.get().getAccepted().getOperation().getName());
          }
          story.tell(event.get(), listener);
          if (event.get().hasFinished()) {
            return OperationEnding.of(deed, host, event.get().getFinished().getOperation());
          }
        }
      }
      return new Ending(Outcome.FAILED, "the daemon did not say how it ended");
    }

    private void accepted(String name) {
      boolean late;
      synchronized (this) {
        operation = name;
        late = cancelled;
      }
      if (late) {
        askToEnd();
      }
    }

    /** A name that is no host's would choose those with a tag of that name. */
    private boolean isHost(ArdaClient client) throws InterruptedException {
      var chosen =
          client.hosts(
              ListHostsRequest.newBuilder()
                  .setContext(context)
                  .setFlake(".")
                  .setView(HostView.HOST_VIEW_NAMES)
                  .build(),
              Deadline.after(LONG));
      return chosen.stream().anyMatch(one -> one.getName().equals(host));
    }

    private OperationStream begin(ArdaClient client) {
      return switch (deed) {
        case BUILD ->
            client.build(
                BuildRequest.newBuilder()
                    .setContext(context)
                    .setFlake(".")
                    .setRequestId(requestId)
                    .addTargets(
                        kind == Kind.HOST
                            ? BuildTarget.newBuilder().setHost(host)
                            : BuildTarget.newBuilder().setUser(host))
                    .build());
        case DIFF ->
            kind == Kind.HOST
                ? deploy(client, DeployMode.DEPLOY_MODE_BUILD)
                : apply(client, ApplyMode.APPLY_MODE_DRY_RUN);
        case DEPLOY -> deploy(client, DeployMode.DEPLOY_MODE_SWITCH);
        case APPLY -> apply(client, ApplyMode.APPLY_MODE_SWITCH);
      };
    }

    private OperationStream deploy(ArdaClient client, DeployMode mode) {
      return client.start(
          HostServiceGrpc.getDeployMethod(),
          DeployRequest.newBuilder()
              .setContext(context)
              .setFlake(".")
              .setRequestId(requestId)
              .addSelections('"' + host + '"')
              .setMode(mode)
              .setDiff(mode == DeployMode.DEPLOY_MODE_BUILD)
              .build(),
          DeployResponse::getEvent);
    }

    private OperationStream apply(ArdaClient client, ApplyMode mode) {
      return client.start(
          UserServiceGrpc.getApplyUserMethod(),
          ApplyUserRequest.newBuilder()
              .setContext(context)
              .setFlake(".")
              .setRequestId(requestId)
              .addAllUsers(List.of(host))
              .setMode(mode)
              .build(),
          ApplyUserResponse::getEvent);
    }
  }

  /** Begins something about a host or user of a flake. Returns at once. */
  public Running begin(CallContext context, Deed deed, Kind kind, String name, Listener listener) {
    var running = new Running(context, deed, kind, name, listener);
    Thread.ofVirtual().name("arda-operation").start(running::run);
    return running;
  }
}
