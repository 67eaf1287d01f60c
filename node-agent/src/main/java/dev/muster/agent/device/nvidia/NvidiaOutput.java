package dev.muster.agent.device.nvidia;

import dev.muster.agent.device.Device;
import dev.muster.agent.device.DeviceReading;
import dev.muster.agent.device.Vendor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What {@code nvidia-smi --query-gpu --format=csv,noheader,nounits} printed: rows of values, and between them lines about
 * devices that it cannot reach. Both queries begin with the same three columns, so that a row can be told from a message.
 *
 * @param values the rows, by bus id
 * @param messages every other line
 */
record NvidiaOutput(Map<String, List<String>> values, List<String> messages) {
    static final String INVENTORY_FIELDS = "index,pci.bus_id,uuid,name,memory.total";
    static final String READING_FIELDS = "index,pci.bus_id,uuid,temperature.gpu,power.draw,utilization.gpu,memory.used,"
            + "ecc.errors.uncorrected.aggregate.total";

    private static final Pattern INDEX = Pattern.compile("\\d{1,4}");
    private static final Pattern BUS_ID =
            Pattern.compile("(?i)(?:[0-9a-f]{4})?([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-9a-f])");
    private static final Pattern LOST = Pattern.compile(
            "(?i)unable to determine the device handle|gpu is lost|fallen off the bus|unknown error|no longer reachable");
    private static final Pattern NOT_PART_OF_A_NAME = Pattern.compile("[^a-z0-9]+");
    private static final double PERCENT = 100;
    private static final double MEBIBYTE = 1 << 20;

    static NvidiaOutput parse(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        List<String> messages = new ArrayList<>();
        for (String line : text.lines().toList()) {
            List<String> row =
                    Pattern.compile(",").splitAsStream(line).map(String::strip).toList();
            if (row.size() >= 4
                    && INDEX.matcher(row.get(0)).matches()
                    && busId(row.get(1)).isPresent()) {
                values.put(busId(row.get(1)).orElseThrow(), row);
            } else if (!line.isBlank()) {
                messages.add(line);
            }
        }
        return new NvidiaOutput(values, messages);
    }

    int rows() {
        return values.size();
    }

    List<Device> devices() {
        return values.entrySet().stream()
                .map(entry -> {
                    List<String> row = entry.getValue();
                    long memory = mebibytes(row, 4);
                    return new Device(
                            (int) number(row, 0), row.get(2), Vendor.NVIDIA, type(row.get(3)), memory, entry.getKey());
                })
                .toList();
    }

    Optional<DeviceReading> reading(Device device, long atMillis) {
        return Optional.ofNullable(values.get(device.busId()))
                .filter(row -> row.get(2).equals(device.id()) || !row.get(2).startsWith("GPU-"))
                .filter(row -> row.stream()
                        .skip(3)
                        .noneMatch(value -> LOST.matcher(value).find()))
                .map(row -> new DeviceReading(
                        device.index(),
                        true,
                        number(row, 3),
                        number(row, 4),
                        number(row, 5) / PERCENT,
                        mebibytes(row, 6),
                        (long) number(row, 7),
                        atMillis));
    }

    /** Whether a message says that this device cannot be reached. */
    boolean namesAsLost(Device device) {
        List<String> row = values.getOrDefault(device.busId(), List.of());
        return row.stream().skip(3).anyMatch(value -> LOST.matcher(value).find())
                || messages.stream()
                        .filter(line -> LOST.matcher(line).find())
                        .anyMatch(line -> busId(line).equals(Optional.of(device.busId())));
    }

    /** The first bus id in the text, in the kernel's form {@code 0000:3b:00.0}. */
    private static Optional<String> busId(String text) {
        return BUS_ID.matcher(text)
                .results()
                .findFirst()
                .map(match -> match.group(1).toLowerCase(Locale.ROOT));
    }

    /** {@code NVIDIA H100 80GB HBM3} becomes {@code nvidia-h100}: the maker and the model, which job files name. */
    static String type(String name) {
        List<String> words = NOT_PART_OF_A_NAME
                .splitAsStream(name.toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty() && !word.equals("nvidia") && !word.equals("tesla"))
                .filter(word -> !word.equals("geforce") && !word.equals("rtx") && !word.equals("quadro"))
                .toList();
        return words.isEmpty() ? "nvidia" : "nvidia-" + words.get(0);
    }

    /** {@code [N/A]}, {@code [Not Supported]} and errors count as zero. */
    private static double number(List<String> row, int column) {
        try {
            double value = column < row.size() ? Double.parseDouble(row.get(column)) : 0;
            return Double.isFinite(value) && value >= 0 ? value : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static long mebibytes(List<String> row, int column) {
        return (long) (number(row, column) * MEBIBYTE);
    }
}
