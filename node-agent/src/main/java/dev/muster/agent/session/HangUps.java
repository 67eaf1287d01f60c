package dev.muster.agent.session;

import dev.muster.agent.time.Clocks;
import dev.muster.security.HandshakeProbe;
import dev.muster.security.TlsClient;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into it when a controller hangs up before it has said anything, and logs what is wrong where that is a matter of TLS. At most
 * once in a while, since it costs the controller a handshake, and on a thread of its own, since it may take seconds. Of the loop.
 */
final class HangUps {
    private static final Logger LOG = LoggerFactory.getLogger(HangUps.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Optional<TlsClient> tls;
    private final Clocks clocks;
    private boolean lookedBefore;
    private long lookedNanos;

    HangUps(Optional<TlsClient> tls, Clocks clocks) {
        this.tls = tls;
        this.clocks = clocks;
    }

    void lookInto(ControllerAddress address) {
        long now = clocks.nanos();
        if (lookedBefore && now - lookedNanos < INTERVAL.toNanos()) {
            return;
        }
        lookedBefore = true;
        lookedNanos = now;
        Thread thread = new Thread(
                () -> HandshakeProbe.diagnose(address.host(), address.port(), tls)
                        .ifPresent(why -> LOG.warn("controller at {}: {}", address, why)),
                "hang-up");
        thread.setDaemon(true);
        thread.start();
    }
}
