package dev.muster.controller.kubernetes.api;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The definitions that the classes of this package stand for, as the chart ships them. */
final class DefinitionFiles {

    static final Path FOLDER = Path.of(System.getProperty("muster.root", ".."), "helm/muster/files/crds");

    private DefinitionFiles() {}

    /** By file name: the text. */
    static SortedMap<String, String> generated() {
        try {
            Path folder = Files.createTempDirectory("muster-crds");
            Map<String, Map<String, CRDInfo>> made = new CRDGenerator()
                    .customResourceClasses(TrainingJob.class, Queue.class, ClusterTopology.class)
                    .forCRDVersions("v1")
                    .withMinQuotes(true)
                    .inOutputDir(folder.toFile())
                    .detailedGenerate()
                    .getCRDDetailsPerNameAndVersion();
            SortedMap<String, String> texts = new TreeMap<>();
            for (String name : made.keySet()) {
                Path file = folder.resolve(name + "-v1.yml");
                texts.put(name + ".yaml", FinishedDefinition.of(Files.readString(file)));
                Files.delete(file);
            }
            Files.delete(folder);
            return texts;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void write() {
        try {
            Files.createDirectories(FOLDER);
            for (Map.Entry<String, String> file : generated().entrySet()) {
                Files.writeString(FOLDER.resolve(file.getKey()), file.getValue());
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
