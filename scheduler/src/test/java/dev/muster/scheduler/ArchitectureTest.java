package dev.muster.scheduler;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

@AnalyzeClasses(packages = "dev.muster.scheduler", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** In the order of the architecture's list. */
    private static final List<String> PACKAGES = List.of(
            "document",
            "job",
            "topology",
            "cluster",
            "explain",
            "queue",
            "placement",
            "workload",
            "preemption",
            "plan",
            "cycle",
            "simulation");

    @ArchTest
    static final ArchRule PACKAGES_LOOK_ONLY_UP = looksOnlyUp();

    private static ArchRule looksOnlyUp() {
        LayeredArchitecture layers = Architectures.layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String name : PACKAGES) {
            layers = layers.layer(name).definedBy("dev.muster.scheduler." + name + "..");
        }
        for (int at = 0; at < PACKAGES.size(); at++) {
            List<String> below = PACKAGES.subList(at + 1, PACKAGES.size());
            var layer = layers.whereLayer(PACKAGES.get(at));
            layers = below.isEmpty()
                    ? layer.mayNotBeAccessedByAnyLayer()
                    : layer.mayOnlyBeAccessedByLayers(below.toArray(String[]::new));
        }
        return layers.because("each package can be understood with only the ones above it in the architecture's list");
    }

    @ArchTest
    static final ArchRule EVERY_PACKAGE_HAS_ITS_PLACE = classes()
            .should()
            .resideInAnyPackage(PACKAGES.stream()
                    .map(name -> "dev.muster.scheduler." + name + "..")
                    .toArray(String[]::new))
            .because("a package that is not in the list looks wherever it likes");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.muster.scheduler.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOTHING_BUT_THE_PLATFORM = classes()
            .that()
            .resideOutsideOfPackage("..document..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", "dev.muster.scheduler.."))
            .because("the core must run anywhere and be tested without anything; only documents need a YAML library");

    @ArchTest
    static final ArchRule DOCUMENTS_ARE_READ_BY_READERS = noClasses()
            .that()
            .resideInAnyPackage("..topology..", "..explain..", "..queue..", "..placement..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..document..")
            .because("decisions are about values, not about how they were written down");

    @ArchTest
    static final ArchRule NO_INPUT_OR_OUTPUT = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.util.concurrent..")
            .because("deciding is pure: no files, no sockets, no threads");

    @ArchTest
    static final ArchRule NO_CLOCK = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .because("time and chance are parameters, so that every decision can be repeated");

    @ArchTest
    static final ArchRule ORDERED_COLLECTIONS = noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(HashMap.class, HashSet.class)
            .because("the same input must have the same output to the byte, so nothing may depend on hash order");
}
