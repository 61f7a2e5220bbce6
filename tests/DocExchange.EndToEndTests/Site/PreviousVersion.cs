namespace DocExchange.EndToEndTests.Site;

/// <summary>The programs of an earlier version, which tools/upgrade.sh makes.</summary>
internal static class PreviousVersion
{
    private const string Variable = "DOCEXCHANGE_PREVIOUS";

    /// <summary>Their folder, as tools/publish.sh makes one. Where there is none, the test that asks is passed over.</summary>
    public static string Programs
    {
        get
        {
            var folder = Environment.GetEnvironmentVariable(Variable) ?? "";
            if (folder.Length == 0)
            {
                Assert.Ignore($"Needs the programs of an earlier version: tools/upgrade.sh [REVISION] makes them and runs this, or {Variable} names their folder.");
            }

            return folder;
        }
    }
}
