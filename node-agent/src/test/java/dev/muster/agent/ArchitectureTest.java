package dev.muster.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between the packages of the agent, and why each is as it is. */
class ArchitectureTest {
    private static final JavaClasses AGENT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.muster.agent");

    /** From the ground up: a package uses only what stands before it. */
    private static final List<String> STOREYS =
            List.of("time", "process", "device", "task", "health", "session", "metrics", "config", "main");

    @Test
    void aPackageUsesOnlyWhatStandsBelowIt() {
        for (int lower = 0; lower < STOREYS.size(); lower++) {
            for (int upper = lower + 1; upper < STOREYS.size(); upper++) {
                noClasses()
                        .that()
                        .resideInAPackage("dev.muster.agent." + STOREYS.get(lower) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("dev.muster.agent." + STOREYS.get(upper) + "..")
                        .because(
                                "arrows point one way, so that each part can be understood and tested without those above")
                        .allowEmptyShould(true)
                        .check(AGENT);
            }
        }
    }

    @Test
    void aVendorsToolsAreKnownToItsProbeOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.muster.agent.main..", "dev.muster.agent.device.*..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.muster.agent.device.*..")
                .because("a new vendor is a new adapter and one line in main")
                .check(AGENT);
        SlicesRuleDefinition.slices()
                .matching("dev.muster.agent.device.(*)..")
                .should()
                .notDependOnEachOther()
                .because("adapters never import each other")
                .check(AGENT);
    }

    @Test
    void devicesAreJudgedWithoutStartingProcesses() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.muster.agent.device", "dev.muster.agent.health..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.muster.agent.process..", "dev.muster.agent.task..")
                .because("rules and values are pure; only an adapter asks a tool")
                .check(AGENT);
    }

    @Test
    void messagesOfTheWireStayInTheSession() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.muster.agent.session..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.muster.proto..", "io.grpc..", "com.google.protobuf..")
                .because("the rest of the agent speaks in its own values, so that the wire can change alone")
                .check(AGENT);
    }

    @Test
    void prometheusStaysInMetrics() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.muster.agent.metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.prometheus..")
                .because("counting goes through ports, so that nothing else depends on who counts")
                .check(AGENT);
    }

    @Test
    void nobodyReadsTheClockOnTheSide() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.muster.agent.time..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .because("time is handed in, so that tests can hand in theirs")
                .check(AGENT);
    }
}
