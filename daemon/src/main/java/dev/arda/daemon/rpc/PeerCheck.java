package dev.arda.daemon.rpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioChannelOption;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the kernel who is at the other end of each accepted connection, and closes it unless that is
 * one of the users it was made for. Sits in the pipeline of the listening channel, in front of the
 * handler that registers accepted channels, so that nothing a stranger sends is ever read.
 *
 * <p>Principals are compared by their numeric user id, as the JDK's own principals do.
 */
final class PeerCheck extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(PeerCheck.class);

  private final Set<UserPrincipal> allowed;

  PeerCheck(Set<UserPrincipal> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    var channel = (Channel) accepted;
    if (isAllowed(channel)) {
      context.fireChannelRead(accepted);
    } else {
      channel.unsafe().closeForcibly();
    }
  }

  private boolean isAllowed(Channel channel) {
    UnixDomainPrincipal peer;
    try {
      peer = channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
    } catch (RuntimeException e) {
      LOG.warn("Refused a connection: the kernel does not say whose it is", e);
      return false;
    }
    if (peer == null || !allowed.contains(peer.user())) {
      LOG.warn("Refused a connection from {}: the socket is for {}", peer, allowed);
      return false;
    }
    return true;
  }
}
