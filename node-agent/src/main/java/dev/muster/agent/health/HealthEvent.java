package dev.muster.agent.health;

/**
 * Something that happened to the health of this host.
 *
 * @param id the same event again carries the same id
 * @param check what found it: xid, sxid, device-lost, probe, or a reading's rule
 * @param code such as 79; empty where there is none
 * @param deviceIndex -1: the host
 * @param deviceId empty: the host, or a device that the inventory does not know
 * @param message for people
 * @param evidence the line or reading it came from, bounded
 */
public record HealthEvent(
        String id,
        long atMillis,
        String check,
        String code,
        int deviceIndex,
        String deviceId,
        HealthSeverity severity,
        String message,
        String evidence) {
    public static final int HOST = -1;
}
