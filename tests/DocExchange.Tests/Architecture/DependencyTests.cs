using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace DocExchange.Tests.Architecture;

/// <summary>Trust ← Core ← Protocol ← { Hub, Node, Cli }; Durability, Pages and Texts beside; and nothing else.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Trust"] = [],
        ["Core"] = ["Trust"],
        ["Protocol"] = ["Trust", "Core"],
        ["Durability"] = ["Trust"],
        ["Pages"] = ["Trust", "Core", "Durability"],
        ["Texts"] = ["Trust"],
        ["Hub"] = ["Trust", "Core", "Protocol", "Durability", "Pages", "Texts"],
        ["Node"] = ["Trust", "Core", "Protocol", "Durability", "Pages", "Texts"],
        ["Cli"] = ["Trust", "Core", "Protocol"],
    };

    private static readonly Dictionary<string, Assembly> Assemblies = Allowed.Keys.ToDictionary(name => name, name => Assembly.Load(AssemblyName(name)));

    private static readonly ArchUnitNET.Domain.Architecture Loaded = new ArchLoader().LoadAssemblies([.. Assemblies.Values]).Build();

    private static IEnumerable<string> Projects => Allowed.Keys;

    [TestCaseSource(nameof(Projects))]
    public void A_project_knows_only_those_below_it(string project)
    {
        var referenced = Assemblies[project].GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith("DocExchange.", StringComparison.Ordinal));
        Assert.That(referenced, Is.SubsetOf(Allowed[project].Select(name => "DocExchange." + name)));
    }

    [TestCaseSource(nameof(Projects))]
    public void Only_Trust_sees_BouncyCastle(string project)
    {
        var types = OwnTypes(project).Where(type => type.Dependencies.Any(dependency => dependency.Target.FullName.StartsWith("Org.BouncyCastle.", StringComparison.Ordinal))).ToList();
        Assert.That(types.Count > 0, Is.EqualTo(project == "Trust"), string.Join(", ", types.Select(type => type.FullName).Take(10)));
    }

    [TestCaseSource(nameof(Projects))]
    public void Types_lie_in_namespaces_of_their_project_and_none_is_called_Directory(string project)
    {
        var namespaces = OwnTypes(project).Select(type => type.Namespace.FullName).Distinct().ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(namespaces.Where(name => !name.StartsWith($"DocExchange.{project}", StringComparison.Ordinal)), Is.Empty);
            Assert.That(namespaces.Where(name => name.Split('.').Contains("Directory")), Is.Empty);
        }
    }

    [TestCaseSource(nameof(Projects))]
    public void A_namespace_is_a_folder(string project)
    {
        var root = Path.Combine(SourceFolder(), "DocExchange." + project);
        var wrong = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: Path.GetRelativePath(root, file), Match: Regex.Match(File.ReadAllText(file), @"^namespace ([\w.]+);", RegexOptions.Multiline)))
            .Where(each => each.Match.Success && each.Match.Groups[1].Value != Expected(project, each.File))
            .Select(each => $"{each.File}: {each.Match.Groups[1].Value}");
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Core_touches_neither_disk_nor_network()
    {
        string[] banned = ["System.IO.File", "System.IO.Directory", "System.IO.FileStream", "System.Net.", "LiteDB.", "Grpc.", "Microsoft.AspNetCore."];
        var found = OwnTypes("Core").SelectMany(type => type.Dependencies.Select(dependency => $"{type.FullName} → {dependency.Target.FullName}"))
            .Where(edge => banned.Any(name => edge.Split(" → ")[1] == name || (name.EndsWith('.') && edge.Split(" → ")[1].StartsWith(name, StringComparison.Ordinal))));
        Assert.That(found, Is.Empty);
    }

    // Its cache gives wrong pages to two threads at once (see SerialEngine).
    [Test]
    public void LiteDB_is_opened_only_with_one_thread_at_a_time_in_it()
    {
        var texts = Directory.EnumerateFiles(SourceFolder(), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();

        Assert.That(texts.Count(text => text.Contains("new SerialEngine(new LiteEngine(", StringComparison.Ordinal)), Is.EqualTo(2), "the databases and the volumes");
        Assert.That(texts.SelectMany(text => Regex.Matches(text, @"(?<!new SerialEngine\()new LiteEngine\(|new LiteDatabase\((?!new SerialEngine\(|Engine\()")), Is.Empty);
    }

    [Test]
    public void Nothing_static_holds_state()
    {
        var state = Assemblies.Values.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("DocExchange.", StringComparison.Ordinal) == true && !type.Namespace.Contains("Protocol.") && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !type.Name.StartsWith('<'))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsInitOnly && !field.IsLiteral && field.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !field.Name.StartsWith('<') && !field.Name.StartsWith("__", StringComparison.Ordinal))
            .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}");
        Assert.That(state, Is.Empty);
    }

    private static IEnumerable<IType> OwnTypes(string project) => Loaded.Types.Where(type =>
        type.Assembly.Name.Split(',')[0] == AssemblyName(project) && type.Namespace.FullName.StartsWith("DocExchange", StringComparison.Ordinal));

    private static string AssemblyName(string project) => project == "Cli" ? "docex" : "DocExchange." + project;

    // Generated messages live in Protocol.V1 without a folder; Program.cs has no namespace.
    private static string Expected(string project, string file) =>
        string.Join('.', new[] { "DocExchange", project }.Concat((Path.GetDirectoryName(file) ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries)));

    private static string SourceFolder([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src"));
}
