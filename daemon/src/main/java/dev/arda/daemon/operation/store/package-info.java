/**
 * What operations on stores and flakes do: {@link dev.arda.daemon.operation.store.StoreWork} and
 * {@link dev.arda.daemon.operation.store.FlakeWork} have the Nix library work, tell what it does
 * through {@link dev.arda.daemon.operation.store.ReportedNix}, and translate what came of it.
 */
@NullMarked
package dev.arda.daemon.operation.store;

import org.jspecify.annotations.NullMarked;
