/** Tests of the daemon's figures. */
@org.jspecify.annotations.NullMarked
package dev.arda.daemon.metrics;
