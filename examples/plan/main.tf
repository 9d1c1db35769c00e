# The shop's database moves from a virtual machine to Azure SQL Database. The plan beside this file is what
# `terraform show -json tfplan > plan.json` writes for it, cut to what matters.
resource "azurerm_windows_virtual_machine" "sql" {
  count               = 0 # leaves
  name                = "vm-shop-sql"
  resource_group_name = "rg-shop"
  location            = "westeurope"
}

resource "azurerm_mssql_server" "shop" {
  name                = "sql-shop"
  resource_group_name = "rg-shop"
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_database" "shop" {
  name      = "shop"
  server_id = azurerm_mssql_server.shop.id
}

resource "azurerm_linux_web_app" "shop" {
  name                = "app-shop"
  resource_group_name = "rg-shop"
  location            = "westeurope"
}
