/**
 * Tests of what the build leaves in {@code target/arda}: the launcher {@code bin/arda}, run for
 * real in a copy of the distribution, with a stand-in for Java that prints how it was started.
 */
@NullMarked
package dev.arda.client.dist;

import org.jspecify.annotations.NullMarked;
