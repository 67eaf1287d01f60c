package dev.muster.controller.kubernetes.nodes;

import dev.muster.scheduler.job.Names;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which extended resources are accelerators, and how the type of a node's accelerators is called in job files: {@code
 * NVIDIA-H100-80GB-HBM3} is {@code nvidia-h100}. The table is data, {@code accelerators.yaml}.
 */
public final class AcceleratorTable {

    private static final String RESOURCE = "accelerators.yaml";
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^a-z0-9.]+");
    /** What a whole product is cut into is another type: a job that asks for devices must not get slices. */
    private static final String SLICE = "mig";

    private static final String SHARED = "shared";

    /** One kind of accelerator. */
    record Entry(String resource, String maker, List<String> typeLabels, Optional<String> model) {}

    /** The accelerators that a node offers. */
    record Offer(String resource, long devices, Optional<String> type) {}

    private final List<Entry> entries;
    private final SortedSet<String> noise;

    private AcceleratorTable(List<Entry> entries, SortedSet<String> noise) {
        this.entries = entries;
        this.noise = noise;
    }

    /** The one that comes with Muster. */
    public static AcceleratorTable builtIn() {
        try (InputStream file = AcceleratorTable.class.getResourceAsStream(RESOURCE)) {
            return read(new KubernetesSerialization()
                    .unmarshal(Objects.requireNonNull(file, RESOURCE + " is not in the jar"), Map.class));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static AcceleratorTable read(Map<?, ?> file) {
        List<Entry> entries = new ArrayList<>();
        for (Object item : (List<?>) Objects.requireNonNull(file.get("accelerators"))) {
            Map<?, ?> entry = (Map<?, ?>) item;
            entries.add(new Entry(
                    text(entry, "resource").orElseThrow(),
                    text(entry, "maker").orElseThrow(),
                    texts(entry.get("typeLabels")),
                    text(entry, "model")));
        }
        return new AcceleratorTable(List.copyOf(entries), new TreeSet<>(texts(file.get("noise"))));
    }

    private static Optional<String> text(Map<?, ?> entry, String name) {
        return Optional.ofNullable(entry.get(name)).map(Object::toString);
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> items
                ? items.stream().map(Object::toString).toList()
                : List.of();
    }

    /** The resources that are accelerators. */
    List<String> resources() {
        return entries.stream().map(Entry::resource).toList();
    }

    boolean isAccelerator(String resource) {
        return entries.stream().anyMatch(entry -> entry.resource().equals(resource));
    }

    /**
     * What a node offers. Ranks of one gang use one kind of device, so of several kinds on a node the one with the most
     * devices counts, of equals the first of the table; the others are left to others.
     */
    Optional<Offer> offer(Map<String, Long> allocatable, Map<String, String> labels) {
        Optional<Entry> most = Optional.empty();
        long devices = 0;
        for (Entry entry : entries) {
            long here = allocatable.getOrDefault(entry.resource(), 0L);
            if (here > devices) {
                most = Optional.of(entry);
                devices = here;
            }
        }
        long count = devices;
        return most.map(entry -> new Offer(entry.resource(), count, type(entry, labels)));
    }

    private Optional<String> type(Entry entry, Map<String, String> labels) {
        Optional<String> product = entry.typeLabels().stream()
                .flatMap(label -> Optional.ofNullable(labels.get(label)).stream())
                .filter(value -> !value.isBlank())
                .findFirst();
        return product.flatMap(this::model)
                .or(entry::model)
                .map(model -> entry.maker() + "-" + model)
                .filter(type -> Names.problemOfLabel(type).isEmpty());
    }

    private Optional<String> model(String product) {
        List<String> words = Arrays.stream(BETWEEN_WORDS.split(product.toLowerCase(Locale.ROOT)))
                .map(this::withoutMaker)
                .filter(word -> !word.isEmpty() && !noise.contains(word))
                .toList();
        if (words.isEmpty()) {
            return Optional.empty();
        }
        int slice = words.indexOf(SLICE);
        String whole = slice > 0
                ? words.get(0) + "-" + String.join("-", words.subList(slice, words.size()))
                : words.get(0) + (words.contains(SHARED) ? "-" + SHARED : "");
        return Optional.of(whole);
    }

    /** {@code Ascend910B} is the maker and the model in one word. */
    private String withoutMaker(String word) {
        for (String maker : noise) {
            if (word.startsWith(maker)
                    && word.length() > maker.length()
                    && Character.isDigit(word.charAt(maker.length()))) {
                return word.substring(maker.length());
            }
        }
        return word;
    }
}
