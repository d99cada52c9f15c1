package dev.arda.daemon.rpc;

import dev.arda.nix.flake.Description;
import dev.arda.nix.flake.Flakes.Completions;
import dev.arda.nix.flake.Flakes.Described;
import dev.arda.nix.types.SourcePosition;
import dev.arda.v1.AttributeKind;
import dev.arda.v1.Candidate;
import dev.arda.v1.CandidateView;
import dev.arda.v1.CompleteResponse;
import dev.arda.v1.DerivationDescription;
import dev.arda.v1.DescribeResponse;
import dev.arda.v1.Freshness;
import dev.arda.v1.NamedDescription;
import dev.arda.v1.OptionDescription;
import dev.arda.v1.ValueDescription;

/** Answers to a cursor, in the words of the protocol. */
final class CursorTranslator {

  private CursorTranslator() {}

  /**
   * Names that can follow.
   *
   * @param known the revision that the caller has; empty: none
   */
  static CompleteResponse completions(Completions completions, String known, CandidateView view) {
    var response =
        CompleteResponse.newBuilder()
            .setIncomplete(completions.incomplete())
            .setSegmentOffset(completions.segmentOffset())
            .setFreshness(freshness(completions.freshness()))
            .setRevision(completions.revision());
    if (!known.isEmpty() && known.equals(completions.revision())) {
      return response.setUnchanged(true).build();
    }
    if (view == CandidateView.CANDIDATE_VIEW_NAMES) {
      return response.addAllNames(completions.names()).build();
    }
    for (var candidate : completions.candidates()) {
      response.addCandidates(
          Candidate.newBuilder()
              .setName(candidate.name())
              .setSelector(candidate.selector())
              .setSegment(candidate.segment())
              .setKind(kind(candidate.kind())));
    }
    return response.build();
  }

  static DescribeResponse described(Described described, ErrorMapper errors) {
    var response = DescribeResponse.newBuilder().setFreshness(freshness(described.freshness()));
    described.description().ifPresent(known -> response.setDescription(description(known)));
    described.failure().ifPresent(failure -> response.setError(errors.status(failure)));
    described.state().ifPresent(state -> response.setState(FlakeTranslator.state(state)));
    return response.build();
  }

  private static ValueDescription description(Description known) {
    var result =
        ValueDescription.newBuilder()
            .setType(known.type())
            .setPreview(known.preview())
            .setCount(known.count())
            .setSecret(known.secret());
    known.position().ifPresent(position -> result.setPosition(position(position)));
    known
        .derivation()
        .ifPresent(derivation ->
            result.setDerivation(
                DerivationDescription.newBuilder()
                    .setName(derivation.name())
                    .setVersion(derivation.version())
                    .setDescription(derivation.description())
                    .addAllOutputs(derivation.outputs())));
    known
        .option()
        .ifPresent(option ->
            result.setOption(
                OptionDescription.newBuilder()
                    .setType(option.type())
                    .setDescription(option.description())
                    .setDefaultText(option.defaultText())));
    for (var one : known.each()) {
      result.addEach(
          NamedDescription.newBuilder()
              .setName(one.name())
              .setDescription(description(one.description())));
    }
    return result.build();
  }

  private static dev.arda.v1.SourcePosition position(SourcePosition position) {
    return dev.arda.v1.SourcePosition.newBuilder()
        .setFile(position.file())
        .setLine(position.line())
        .setColumn(position.column())
        .build();
  }

  private static Freshness freshness(dev.arda.nix.flake.Freshness freshness) {
    return switch (freshness) {
      case CURRENT -> Freshness.FRESHNESS_CURRENT;
      case EARLIER -> Freshness.FRESHNESS_EARLIER;
      case UNKNOWN -> Freshness.FRESHNESS_UNSPECIFIED;
    };
  }

  private static AttributeKind kind(dev.arda.nix.flake.AttributeKind kind) {
    return switch (kind) {
      case ATTRIBUTE -> AttributeKind.ATTRIBUTE_KIND_UNSPECIFIED;
      case OUTPUT -> AttributeKind.ATTRIBUTE_KIND_OUTPUT;
      case INPUT -> AttributeKind.ATTRIBUTE_KIND_INPUT;
      case HOST -> AttributeKind.ATTRIBUTE_KIND_HOST;
      case USER -> AttributeKind.ATTRIBUTE_KIND_USER;
      case SYSTEM -> AttributeKind.ATTRIBUTE_KIND_SYSTEM;
      case PACKAGE -> AttributeKind.ATTRIBUTE_KIND_PACKAGE;
    };
  }
}
