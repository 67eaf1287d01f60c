package dev.muster.agent.device.fake;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A fault of one device, as the file names it.
 *
 * @param xid an error code that the driver would write to the kernel log
 * @param lost the device is gone
 */
record FakeFault(
        int device,
        OptionalInt xid,
        boolean lost,
        OptionalDouble temperatureCelsius,
        OptionalLong eccUncorrectedTotal) {}
