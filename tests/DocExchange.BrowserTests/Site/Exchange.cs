using System.Text.Json.Nodes;

namespace DocExchange.BrowserTests.Site;

/// <summary>
/// A small exchange on loopback with pages: the hub, the node of the General Office, one of two districts and one of two
/// departments, with users of every role. Set up with the product's own commands, in a temporary folder.
/// </summary>
internal sealed class Exchange : IAsyncDisposable
{
    private const string Offices = """
        group,qx,各区人民政府
        group,wbj,市政府各部门
        office,zf,市人民政府,市政府,,市政发,110000,,,,
        office,bgt,市人民政府办公厅,市府办,11110000MB0000001Y,市政办发,110000,zf,,zf,
        office,dc,市东城区人民政府,东城区,,东政发,110101,zf,qx,,010-64031118
        office,xc,市西城区人民政府,西城区,,西政发,110102,zf,qx,,010-66035555
        office,czj,市财政局,市财政局,,财发,110000,zf,wbj,,
        office,wsj,市卫生局,市卫生局,,卫发,110000,zf,wbj,,
        office,sjj,市审计局,市审计局,,审发,110000,zf,,,

        """;

    private Exchange(string folder)
    {
        Folder = folder;
        Hub = new Place("DocExchange.Hub", Path.Combine(folder, "hub"), FreePort.Take());
        General = NodeAt("general");
        Districts = NodeAt("districts");
        Departments = NodeAt("departments");
    }

    public string Folder { get; }

    public Place Hub { get; }

    /// <summary>zf and bgt, which dispatches for it.</summary>
    public Place General { get; }

    /// <summary>dc and xc. A seal takes two keepers here.</summary>
    public Place Districts { get; }

    /// <summary>czj and wsj; sjj, which no document goes to.</summary>
    public Place Departments { get; }

    public string Logs => string.Join('\n', new[] { Hub, General, Districts, Departments }.Select(place => place.Output));

    public static async Task<Exchange> StartAsync()
    {
        var exchange = new Exchange(Directory.CreateTempSubdirectory("docex-browser-").FullName);
        try
        {
            await exchange.SetUpAsync();
            return exchange;
        }
        catch
        {
            await exchange.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var place in new[] { General, Districts, Departments, Hub })
        {
            await place.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private Place NodeAt(string name) => new("DocExchange.Node", Path.Combine(Folder, name), FreePort.Take());

    private async Task SetUpAsync()
    {
        await Docex.RunAsync(
            "hub", "init", "--data", Hub.Folder, "--exchange", "test", "--organization", "市政府办公厅", "--address", $"127.0.0.1:{FreePort.Take()}", "--enrolment", $"127.0.0.1:{FreePort.Take()}");
        await Hub.OpenAccountsAsync(isLasting: true, Officials("hub", "", "supervisor", "archivist", "system", "security", "audit"));
        await TakeTextAsync();
        await Hub.StartAsync();
        var csv = Path.Combine(Folder, "offices.csv");
        await File.WriteAllTextAsync(csv, Offices);
        await Docex.RunAsync("hub", "import", csv, "--hub", Hub.Folder);
        await Task.WhenAll(EnrolAsync(General, "zf", "bgt"), EnrolAsync(Districts, "dc", "xc"), EnrolAsync(Departments, "czj", "wsj", "sjj"));
        await Task.WhenAll(
            OpenAsync(General, "bgt", "dispatcher", "seal-keeper", "clerk", "supervisor", "archivist", "reader", "office-administrator"),
            OpenAsync(Districts, "dc", "clerk", "dispatcher", "seal-keeper", "reader", "office-administrator"),
            OpenAsync(Departments, "czj", "clerk", "reader", "office-administrator"));
        await Districts.OpenAccountsAsync(isLasting: true, "xc-office-administrator,西城区单位管理员,xc:office-administrator", "xc-clerk,西城区收文员,xc:clerk", "dc-second-keeper,dc另一印章管理员,dc:seal-keeper");
        await File.WriteAllTextAsync(Path.Combine(Districts.Folder, "settings.json"), """{ "Desk": { "TwoPersonSealing": true } }""");
        await File.WriteAllTextAsync(Path.Combine(General.Folder, "settings.json"), """{ "Desk": { "BodyTypes": "ofd,pdf,txt" } }""");
        await Districts.OpenAccountsAsync(isLasting: true, "districts-audit,区节点审计,audit");
        await Departments.OpenAccountsAsync(isLasting: true, "departments-security,部门节点安全员,security");
        await General.OpenAccountsAsync(isLasting: false, "bgt-new,办公厅新人,bgt:reader");
        await Task.WhenAll(General.StartAsync(), Districts.StartAsync(), Departments.StartAsync());
        foreach (var node in new[] { General, Districts, Departments })
        {
            await Eventually.TrueAsync(async () => (await Docex.TryAsync("node", "status", "--node", node.Folder, "--format", "json")).Output.Contains("\"Connected\"", StringComparison.Ordinal), () => Logs);
        }
    }

    /// <summary>The site takes plain text as bodies too.</summary>
    private async Task TakeTextAsync()
    {
        var file = Path.Combine(Hub.Folder, "hub.json");
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
        settings["bodyTypes"] = new JsonArray("ofd", "pdf", "txt");
        await File.WriteAllTextAsync(file, settings.ToJsonString());
    }

    private async Task EnrolAsync(Place node, params string[] offices)
    {
        var name = Path.GetFileName(node.Folder);
        var invitation = node.Folder + ".invitation.json";
        await Docex.RunAsync(["hub", "invite", "--hub", Hub.Folder, "--node", name, "--name", name, "--out", invitation, .. offices.SelectMany(office => new[] { "--office", office })]);
        await Docex.RunAsync("node", "enrol", "--data", node.Folder, "--invitation", invitation);
    }

    private static Task OpenAsync(Place node, string office, params string[] roles) => node.OpenAccountsAsync(
        isLasting: true, [.. Officials(office, office + ":", roles), $"{office}-system,{office}系统管理员,system", $"{office}-locked,{office}易错,{office}:reader"]);

    private static IEnumerable<string> Officials(string place, string at, params string[] roles) => roles.Select(role => $"{place}-{role},{place}{role},{at}{role}");
}
