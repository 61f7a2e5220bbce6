using System.Diagnostics;
using System.Runtime.InteropServices;
using DocExchange.Core.Operating;

namespace DocExchange.Cli.Processes;

/// <summary>
/// The hub's and the node's executables: beside this one as published (<c>docex</c>, <c>hub/</c>, <c>node/</c>), in the
/// build's output folders, or under the folder that the environment variable DOCEX_HOME names.
/// </summary>
internal sealed record Executable(string Path)
{
    public const string HomeVariable = "DOCEX_HOME";

    public static Executable Hub => Find("DocExchange.Hub", "hub");

    public static Executable Node => Find("DocExchange.Node", "node");

    /// <exception cref="FailedException">It is nowhere it should be.</exception>
    public static Executable Find(string name, string folder)
    {
        var found = Folders(name, folder).SelectMany(place => Files(place, name)).FirstOrDefault(File.Exists);
        return found is not null
            ? new Executable(found)
            : throw new FailedException(
                "PROGRAM_MISSING",
                $"找不到程序 {name}。它应在 docex 旁的 {folder}/ 目录中；也可用环境变量 {HomeVariable} 指明安装目录。",
                $"The program {name} was not found. It belongs into {folder}/ beside docex; the environment variable {HomeVariable} can name the folder of both.");
    }

    /// <summary>How to start it, with the .NET that runs this program.</summary>
    public ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        var isLibrary = Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
        var start = new ProcessStartInfo { FileName = isLibrary ? DotnetHost() : Path, UseShellExecute = false };
        if (isLibrary)
        {
            start.ArgumentList.Add(Path);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (DotnetRoot() is { } root)
        {
            start.Environment["DOTNET_ROOT"] = root;
        }

        return start;
    }

    private static IEnumerable<string> Folders(string name, string folder)
    {
        if (Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home)
        {
            return [System.IO.Path.Combine(home, folder), System.IO.Path.Combine(home, name), home];
        }

        var own = AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar);
        var configuration = System.IO.Path.GetFileName(own);
        return
        [
            System.IO.Path.Combine(own, folder),
            System.IO.Path.Combine(own, "..", folder),
            System.IO.Path.Combine(own, "..", "..", name, configuration),
        ];
    }

    private static IEnumerable<string> Files(string place, string name)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(place, name));
        return OperatingSystem.IsWindows() ? [path + ".exe", path + ".dll"] : [path, path + ".dll"];
    }

    private static string DotnetHost() => DotnetRoot() is { } root ? System.IO.Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet") : "dotnet";

    /// <summary>Null where this program carries its own runtime.</summary>
    private static string? DotnetRoot()
    {
        // <root>/shared/Microsoft.NETCore.App/<version>/
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        return runtime.Parent?.Parent is { Name: "shared", Parent: { } root } ? root.FullName : null;
    }
}
