/** Tests of deployments as operations. */
@NullMarked
package dev.arda.daemon.operation.deploy;

import org.jspecify.annotations.NullMarked;
