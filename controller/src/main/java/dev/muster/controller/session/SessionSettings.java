package dev.muster.controller.session;

import java.time.Duration;

/**
 * How patient the controller is with agents.
 *
 * @param heartbeatInterval what agents are told
 * @param lostAfterClose how long a closed connection may stay away before its host is lost
 * @param lostAfterSilence how long an open connection may be silent before its host is lost
 * @param settleTime how long a controller that has just started waits for hosts it knows before it judges them
 * @param isolationTimeout after which an agent cut off from every controller kills its ranks
 */
public record SessionSettings(
        Duration heartbeatInterval,
        Duration lostAfterClose,
        Duration lostAfterSilence,
        Duration settleTime,
        Duration isolationTimeout) {

    public static final SessionSettings DEFAULT = new SessionSettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5));
}
