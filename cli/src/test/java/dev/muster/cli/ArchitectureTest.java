package dev.muster.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which. */
@AnalyzeClasses(packages = "dev.muster.cli", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("main")
            .definedBy("dev.muster.cli.main..")
            .layer("command")
            .definedBy("dev.muster.cli.command..")
            .layer("local")
            .definedBy("dev.muster.cli.local..")
            .layer("simulation")
            .definedBy("dev.muster.cli.simulation..")
            .layer("client")
            .definedBy("dev.muster.cli.client..")
            .layer("output")
            .definedBy("dev.muster.cli.output..")
            .whereLayer("main")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("command")
            .mayOnlyBeAccessedByLayers("main")
            .whereLayer("local")
            .mayOnlyBeAccessedByLayers("command")
            .whereLayer("simulation")
            .mayOnlyBeAccessedByLayers("command")
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("local", "command")
            .whereLayer("output")
            .mayOnlyBeAccessedByLayers("client", "local", "simulation", "command", "main")
            .because("a verb uses the local cluster, the client and the output; none of those knows a verb, and output"
                    + " knows nobody, so that what is printed can be tested without a controller");

    @ArchTest
    static final ArchRule THE_COMMAND_LINE_IS_READ_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.muster.cli.command..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..")
            .because("the parser is a choice of the verbs");

    @ArchTest
    static final ArchRule THE_TRANSPORT_IS_CHOSEN_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.muster.cli.client..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.grpc..")
            .because("what a call ends with is turned into an exit code by the client, for every verb alike");

    @ArchTest
    static final ArchRule NOTHING_OF_THE_SERVERS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.muster.controller..", "dev.muster.agent..")
            .because("the command talks to controllers of other versions and machines: over the wire only");

    @ArchTest
    static final ArchRule PROCESSES_ARE_STARTED_IN_ONE_PLACE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.muster.cli.local..")
            .and()
            .doNotHaveSimpleName("Screen")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .because("what is started must be stopped; the one exception asks stty about the terminal");
}
