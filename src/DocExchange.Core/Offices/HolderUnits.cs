namespace DocExchange.Core.Offices;

/// <summary>
/// What the hub writes into OU of certificates whose holder is no office: such a certificate signs for nobody else, whatever names
/// are beside it.
/// </summary>
public static class HolderUnits
{
    public const string Node = "节点";

    public const string Hub = "中心";

    private const string System = "系统管理员";
    private const string Security = "安全保密管理员";
    private const string Audit = "审计管理员";

    public static string Of(AdministratorRole role) => role switch
    {
        AdministratorRole.Security => Security,
        AdministratorRole.Audit => Audit,
        _ => System,
    };

    public static bool IsOfNoOffice(string unit) => unit is Node or Hub or System or Security or Audit;
}
