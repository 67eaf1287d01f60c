package dev.muster.agent.device.fake;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceProbe;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.ProbeReport;
import dev.muster.agent.device.Vendor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accelerators from a file that is read again whenever it has changed. A file that has become unreadable or wrong is
 * logged once, and the last good content stays in force.
 */
public final class FakeDeviceProbe implements DeviceProbe {
    private static final Logger LOG = LoggerFactory.getLogger(FakeDeviceProbe.class);
    private static final long MAX_FILE_BYTES = 1 << 20;
    private static final double IDLE_CELSIUS = 45;
    private static final double IDLE_WATTS = 90;

    private final Path file;
    private final String host;
    private String text = "";
    private FakeDeviceFile content = new FakeDeviceFile("", 0, 0, List.of());
    private int devices;
    private List<FakeFault> written = List.of();
    private @Nullable String problem;

    public FakeDeviceProbe(Path file, String host) {
        this.file = file;
        this.host = host;
    }

    @Override
    public boolean isSupported() {
        return Files.isReadable(file);
    }

    @Override
    public List<Device> inventory() throws IOException {
        try {
            text = readText();
            content = FakeDeviceFile.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("device file " + file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IOException("device file " + file + " does not exist; create it or choose --devices none", e);
        }
        devices = content.count();
        List<Device> inventory = new ArrayList<>();
        for (int index = 0; index < devices; index++) {
            String id = "FAKE-" + host + "-" + index;
            inventory.add(new Device(index, id, Vendor.FAKE, content.type(), content.memoryBytes(), busId(index)));
        }
        return inventory;
    }

    @Override
    public ProbeReport read(Instant now) {
        reload();
        List<DeviceReading> readings = new ArrayList<>();
        for (int index = 0; index < devices; index++) {
            readings.add(reading(index, now.toEpochMilli()));
        }
        List<String> kernelLines = content.faults().stream()
                .filter(fault -> fault.xid().isPresent() && !written.contains(fault))
                .map(FakeDeviceProbe::kernelLine)
                .toList();
        written = content.faults();
        return new ProbeReport(readings, kernelLines, Optional.empty());
    }

    private void reload() {
        try {
            String fresh = readText();
            if (!fresh.equals(text)) {
                content = FakeDeviceFile.parse(fresh);
                text = fresh;
            }
            problem = null;
        } catch (IOException | IllegalArgumentException e) {
            String line = e instanceof NoSuchFileException ? "it does not exist" : String.valueOf(e.getMessage());
            if (!line.equals(problem)) {
                LOG.warn("device file {}: {}; its last good content stays in force", file, line);
            }
            problem = line;
        }
    }

    private String readText() throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException("it is larger than " + MAX_FILE_BYTES + " bytes");
        }
        return Files.readString(file);
    }

    private DeviceReading reading(int index, long atMillis) {
        if (index >= content.count()) {
            return DeviceReading.lost(index, atMillis);
        }
        double celsius = IDLE_CELSIUS;
        long eccUncorrected = 0;
        for (FakeFault fault : content.faults()) {
            if (fault.device() == index) {
                if (fault.lost()) {
                    return DeviceReading.lost(index, atMillis);
                }
                celsius = fault.temperatureCelsius().orElse(celsius);
                eccUncorrected = fault.eccUncorrectedTotal().orElse(eccUncorrected);
            }
        }
        return new DeviceReading(index, true, celsius, IDLE_WATTS, 0, 0, eccUncorrected, atMillis);
    }

    private static String kernelLine(FakeFault fault) {
        String address = busId(fault.device());
        return String.format(
                Locale.ROOT,
                "NVRM: Xid (PCI:%s): %d, pid='<unknown>', name=<unknown>, injected by the device file",
                address.substring(0, address.lastIndexOf('.')),
                fault.xid().orElseThrow());
    }

    // In a PCI domain that no machine has: a line about a real device is never taken for one about a fake.
    private static String busId(int index) {
        return String.format(Locale.ROOT, "fa4e:%02x:00.0", index);
    }
}
