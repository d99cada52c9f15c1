/**
 * Setting machines up: a deployment and then environments of users, as one operation with one
 * report. Each part tells of itself as it does alone, below a name of its own.
 */
@NullMarked
package dev.arda.daemon.operation.setup;

import org.jspecify.annotations.NullMarked;
