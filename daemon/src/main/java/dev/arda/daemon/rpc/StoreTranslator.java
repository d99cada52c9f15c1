package dev.arda.daemon.rpc;

import dev.arda.nix.store.Closure;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.store.GcRoot;
import dev.arda.nix.store.PathInfo;
import dev.arda.nix.types.StorePath;
import dev.arda.v1.ClosureSummary;
import dev.arda.v1.DiffClosuresResponse;
import dev.arda.v1.PackageChange;
import dev.arda.v1.Root;
import dev.arda.v1.RootKind;
import java.util.Collection;
import java.util.List;

/** Translates what is known about stores into messages. */
final class StoreTranslator {

  private StoreTranslator() {}

  static List<String> texts(Collection<StorePath> paths) {
    return paths.stream().map(StorePath::text).toList();
  }

  static dev.arda.v1.PathInfo info(PathInfo info, long closureSize) {
    var result =
        dev.arda.v1.PathInfo.newBuilder()
            .setPath(info.path().text())
            .setNarHash(info.narHash())
            .setNarSize(info.narSize())
            .addAllReferences(texts(info.references()))
            .setDeriver(info.deriver().map(StorePath::text).orElse(""))
            .setContentAddress(info.contentAddress().orElse(""))
            .addAllSignatures(info.signatures())
            .setUltimate(info.ultimate())
            .setDownloadSize(info.downloadSize())
            .setClosureSize(closureSize);
    info.registered().map(Times::toProto).ifPresent(result::setRegisteredAt);
    return result.build();
  }

  static ClosureSummary summary(Closure closure) {
    return ClosureSummary.newBuilder()
        .addAllRoots(texts(closure.roots()))
        .setPathCount(closure.paths().size())
        .setSize(closure.size())
        .build();
  }

  static DiffClosuresResponse diff(StorePath before, StorePath after, ClosureDiff diff) {
    var result =
        DiffClosuresResponse.newBuilder()
            .setBefore(before.text())
            .setAfter(after.text())
            .setSizeBefore(diff.sizeBefore())
            .setSizeAfter(diff.sizeAfter())
            .setPathsAdded(diff.pathsAdded())
            .setPathsRemoved(diff.pathsRemoved());
    return result.addAllChanges(changes(diff)).build();
  }

  /** The packages that differ. */
  static List<PackageChange> changes(ClosureDiff diff) {
    return diff.packages().stream()
        .map(change ->
            PackageChange.newBuilder()
                .setPackage(change.name())
                .addAllVersionsBefore(change.versionsBefore())
                .addAllVersionsAfter(change.versionsAfter())
                .setBytesChange(change.sizeDelta())
                .build())
        .toList();
  }

  static Root root(GcRoot root) {
    var result =
        Root.newBuilder()
            .setLink(root.link())
            .setPath(root.path().text())
            .setKind(
                switch (root.kind()) {
                  case ARDA -> RootKind.ROOT_KIND_ARDA;
                  case LINK -> RootKind.ROOT_KIND_LINK;
                  case PROFILE -> RootKind.ROOT_KIND_PROFILE;
                  case SYSTEM -> RootKind.ROOT_KIND_SYSTEM;
                  case PROCESS -> RootKind.ROOT_KIND_PROCESS;
                })
            .setRemovable(root.isRemovable());
    root.expires().map(Times::toProto).ifPresent(result::setExpiresAt);
    return result.build();
  }
}
