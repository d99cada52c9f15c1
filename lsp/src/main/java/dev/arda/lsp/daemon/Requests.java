package dev.arda.lsp.daemon;

import com.google.protobuf.UnknownFieldSet;
import dev.arda.client.CallContexts;
import dev.arda.client.Environment;
import dev.arda.v1.CallContext;
import dev.arda.v1.CandidateView;
import dev.arda.v1.CompleteRequest;
import dev.arda.v1.DescribeRequest;
import dev.arda.v1.HostView;
import dev.arda.v1.ListHostsRequest;
import dev.arda.v1.ListUsersRequest;
import dev.arda.v1.NixOptions;
import dev.arda.v1.NixSetting;
import dev.arda.v1.UserView;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the daemon is asked about one flake. Nothing is done before that: making the first of these
 * takes longer than a person waits for a name. Thread-safe.
 */
final class Requests {

  private static final String HERE = ".";

  private final CallContexts contexts;

  /**
   * About a flake.
   *
   * @param root the directory of its {@code flake.nix}
   */
  Requests(Environment environment, Path root) {
    this.contexts =
        new CallContexts(
            new Environment(
                environment.variables(),
                root,
                environment.launcher(),
                environment.terminals(),
                environment.uid()));
  }

  /** Who asks, and where, for what a person wants done. */
  CallContext context() {
    return contexts.context(NixOptions.getDefaultInstance());
  }

  /** The same for a question; without the descriptors that a message with a map loads. */
  private UnknownFieldSet context(int field, NixOptions options) {
    return contexts.contextField(field, options);
  }

  /**
   * Names behind an unfinished selector.
   *
   * @param known the revision of those that are known; empty: none are
   */
  CompleteRequest names(String prefix, String known, Duration budget) {
    return CompleteRequest.newBuilder()
        .setUnknownFields(
            context(CompleteRequest.CONTEXT_FIELD_NUMBER, NixOptions.getDefaultInstance()))
        .setFlake(HERE)
        .setSelector(prefix)
        .setOffset(prefix.codePointCount(0, prefix.length()))
        .setKnownRevision(known)
        .setView(CandidateView.CANDIDATE_VIEW_NAMES)
        .setBudget(duration(budget))
        .build();
  }

  /** What a selector finds. */
  DescribeRequest description(String selector, Duration budget) {
    return DescribeRequest.newBuilder()
        .setUnknownFields(
            context(DescribeRequest.CONTEXT_FIELD_NUMBER, NixOptions.getDefaultInstance()))
        .setFlake(HERE)
        .setSelector(selector)
        .setBudget(duration(budget))
        .build();
  }

  /** The hosts, as they are described apart from their configurations. */
  ListHostsRequest hosts() {
    return ListHostsRequest.newBuilder()
        .setUnknownFields(context(ListHostsRequest.CONTEXT_FIELD_NUMBER, harmless()))
        .setFlake(HERE)
        .setView(HostView.HOST_VIEW_DECLARED)
        .build();
  }

  /** The users, by name. */
  ListUsersRequest users() {
    return ListUsersRequest.newBuilder()
        .setUnknownFields(context(ListUsersRequest.CONTEXT_FIELD_NUMBER, harmless()))
        .setFlake(HERE)
        .setView(UserView.USER_VIEW_NAMES)
        .build();
  }

  /** What the daemon takes for questions of editors anyway, so that one evaluator serves all. */
  private static NixOptions harmless() {
    return NixOptions.newBuilder()
        .addSettings(
            NixSetting.newBuilder().setName("allow-import-from-derivation").setValue("false"))
        .setNoWriteLockFile(true)
        .build();
  }

  private static com.google.protobuf.Duration duration(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
