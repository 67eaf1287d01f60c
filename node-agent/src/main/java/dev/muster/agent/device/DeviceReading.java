package dev.muster.agent.device;

/**
 * How an accelerator fares at one moment. What the vendor's tool does not tell is zero.
 *
 * @param present false: the host has lost it
 * @param utilizationRatio 0 to 1
 * @param readAtMillis wall clock
 */
public record DeviceReading(
        int index,
        boolean present,
        double temperatureCelsius,
        double powerWatts,
        double utilizationRatio,
        long memoryUsedBytes,
        long eccUncorrectedTotal,
        long readAtMillis) {

    public static DeviceReading lost(int index, long readAtMillis) {
        return new DeviceReading(index, false, 0, 0, 0, 0, 0, readAtMillis);
    }
}
