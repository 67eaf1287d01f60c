package dev.muster.agent.health;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.KernelLine;
import dev.muster.agent.device.ProbeReport;
import dev.muster.agent.health.HealthRule.ForReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges what is seen of the accelerators of one host. A condition, such as a lost device, gives one event when it
 * begins; an error in the log gives one event, and its duplicates none. Safe for use from several threads.
 */
public final class HealthMonitor {
    private static final int EVIDENCE_CHARACTERS = 512;
    private static final int REMEMBERED_FAULTS = 1000;

    private final String host;
    private final HealthRules rules;
    private final List<Device> devices;
    private final Set<String> conditions = new HashSet<>();
    private final Map<String, Double> highest = new HashMap<>();
    private final LinkedHashMap<String, Long> countedAtMillis = new LinkedHashMap<>();
    private int probeFailures;
    private long events;

    public HealthMonitor(String host, HealthRules rules, List<Device> devices) {
        this.host = host;
        this.rules = rules;
        this.devices = List.copyOf(devices);
    }

    /** Judges one look at the devices; the lines in the report are judged as those of the kernel log. */
    public synchronized List<HealthEvent> observe(ProbeReport report, long nowMillis) {
        List<HealthEvent> found = new ArrayList<>();
        probeFailures = report.problem().isPresent() ? probeFailures + 1 : 0;
        if (begins("probe", probeFailures >= rules.probeFailures())) {
            found.add(event(
                    nowMillis,
                    "probe",
                    "unanswered",
                    Optional.empty(),
                    rules.probeSeverity(),
                    "the state of the accelerators cannot be read",
                    report.problem().orElse("")));
        }
        for (DeviceReading reading : report.readings()) {
            devices.stream()
                    .filter(device -> device.index() == reading.index())
                    .forEach(device -> judge(device, reading, nowMillis, found));
        }
        for (String line : report.kernelLines()) {
            observe(new KernelLine(line, nowMillis, "")).ifPresent(found::add);
        }
        return found;
    }

    /** Judges one line of the kernel log; most lines are about something else. */
    public synchronized Optional<HealthEvent> observe(KernelLine line) {
        return KernelFault.parse(line.text()).flatMap(fault -> judge(fault, line));
    }

    private void judge(Device device, DeviceReading reading, long nowMillis, List<HealthEvent> found) {
        if (begins("lost/" + device.index(), !reading.present())) {
            found.add(event(
                    nowMillis,
                    "device-lost",
                    "lost",
                    Optional.of(device),
                    rules.deviceLost(),
                    describe(device) + " is gone from the host",
                    "present=false"));
        }
        if (!reading.present()) {
            return;
        }
        for (ForReading rule : rules.readings()) {
            double value = rule.field().of(reading);
            if (breaks(rule, device, value)) {
                found.add(event(
                        nowMillis,
                        rule.check(),
                        "",
                        Optional.of(device),
                        rule.severity(),
                        describe(device) + ": " + rule.meaning(),
                        String.format(Locale.ROOT, "%s=%.6g", rule.field().label(), value)));
            }
        }
    }

    private boolean breaks(ForReading rule, Device device, double value) {
        String key = rule.check() + "/" + device.index();
        if (rule.atLeast().isEmpty()) {
            // What was there when the agent started is history.
            Double before = highest.put(key, Math.max(value, highest.getOrDefault(key, value)));
            return before != null && value > before;
        }
        boolean holds = conditions.contains(key)
                ? value >= rule.clearBelow()
                : value >= rule.atLeast().getAsDouble();
        return begins(key, holds);
    }

    private Optional<HealthEvent> judge(KernelFault fault, KernelLine line) {
        String key = fault.kind().check() + "-" + fault.code() + "-" + fault.slot();
        Long counted = countedAtMillis.get(key);
        if (counted != null && Math.abs(line.atMillis() - counted) < rules.windowMillis(fault)) {
            return Optional.empty();
        }
        countedAtMillis.put(key, line.atMillis());
        forgetOldFaults(line.atMillis());
        Optional<Device> device = devices.stream()
                .filter(candidate -> KernelFault.slot(candidate.busId()).equals(fault.slot()))
                .findFirst();
        String check = fault.kind().check();
        String message = String.format(
                Locale.ROOT,
                "%s %d on %s: %s",
                check.toUpperCase(Locale.ROOT),
                fault.code(),
                device.map(HealthMonitor::describe).orElse(fault.slot()),
                rules.meaningOf(fault));
        HealthEvent event = event(
                line.atMillis(),
                check,
                Integer.toString(fault.code()),
                device,
                rules.severityOf(fault),
                message,
                line.text());
        return Optional.of(line.identity().isEmpty() ? event : withId(event, host + "/" + key + "/" + line.identity()));
    }

    // Bounded twice: by the time within which a duplicate counts as one, and by number.
    private void forgetOldFaults(long nowMillis) {
        countedAtMillis.values().removeIf(at -> Math.abs(nowMillis - at) > rules.longestWindowMillis());
        while (countedAtMillis.size() > REMEMBERED_FAULTS) {
            countedAtMillis.remove(countedAtMillis.keySet().iterator().next());
        }
    }

    private boolean begins(String condition, boolean holds) {
        if (holds) {
            return conditions.add(condition);
        }
        conditions.remove(condition);
        return false;
    }

    private HealthEvent event(
            long atMillis,
            String check,
            String code,
            Optional<Device> device,
            HealthSeverity severity,
            String message,
            String evidence) {
        events++;
        String id = host + "/" + check + "/" + device.map(Device::index).orElse(HealthEvent.HOST) + "/" + atMillis + "-"
                + events;
        return new HealthEvent(
                id,
                atMillis,
                check,
                code,
                device.map(Device::index).orElse(HealthEvent.HOST),
                device.map(Device::id).orElse(""),
                severity,
                message,
                evidence.length() > EVIDENCE_CHARACTERS ? evidence.substring(0, EVIDENCE_CHARACTERS) : evidence);
    }

    private static HealthEvent withId(HealthEvent event, String id) {
        return new HealthEvent(
                id,
                event.atMillis(),
                event.check(),
                event.code(),
                event.deviceIndex(),
                event.deviceId(),
                event.severity(),
                event.message(),
                event.evidence());
    }

    private static String describe(Device device) {
        return "device " + device.index() + " (" + device.id() + ")";
    }
}
