package dev.muster.agent.task;

import dev.muster.agent.device.Device;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which run holds which device: no device is ever held by two. Hands out the lowest free indexes, healthy devices first;
 * a lost device is never handed out. Safe for use from several threads.
 */
public final class DeviceLedger {
    private final List<Device> devices;
    private final Map<Integer, RunKey> holders = new TreeMap<>();
    private final Set<Integer> lost = new HashSet<>();
    private final Set<Integer> suspect = new HashSet<>();

    public DeviceLedger(List<Device> devices) {
        this.devices = List.copyOf(devices);
    }

    /** The devices for a run; empty when so many are not free. */
    synchronized Optional<List<Device>> claim(RunKey key, int count) {
        List<Device> chosen = devices.stream()
                .filter(device -> !holders.containsKey(device.index()) && !lost.contains(device.index()))
                .sorted(Comparator.<Device, Boolean>comparing(device -> suspect.contains(device.index()))
                        .thenComparing(Device::index))
                .limit(count)
                .sorted(Comparator.comparing(Device::index))
                .toList();
        if (chosen.size() < count) {
            return Optional.empty();
        }
        chosen.forEach(device -> holders.put(device.index(), key));
        return Optional.of(chosen);
    }

    synchronized void release(RunKey key) {
        holders.values().removeIf(key::equals);
    }

    /** For a message: what there is. */
    synchronized String describe() {
        return devices.size() + " devices, " + holders.size() + " in use, " + lost.size() + " lost";
    }

    /** Whether the device is there at all, by the latest reading. */
    public synchronized void present(int index, boolean present) {
        if (present) {
            lost.remove(index);
        } else {
            lost.add(index);
        }
    }

    /**
     * Marks a device that had a fatal fault in this life of the agent. It is still handed out when nothing else is left:
     * whether the host may be used is the controller's to say, and an operator may have released it.
     */
    public synchronized void suspect(int index) {
        suspect.add(index);
    }
}
